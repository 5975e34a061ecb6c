"""The indexes that ATTACH PARTITION would build on the new partition, under ACCESS EXCLUSIVE: built before it.

Every index of the parent has to have its equal on the partition. PostgreSQL takes an equal one that is there, and
builds what is missing; the names here are those that it would choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safemigrate.facts import identifiers
from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.split import partitioned
from safemigrate.plan.split.base import Part, Situation, undone_by
from safemigrate.statement.edit import indexes as edit
from safemigrate.statement.forms import Relation

_KINDS = {"p": ("PRIMARY KEY", "pkey"), "u": ("UNIQUE", "key")}


@dataclass(frozen=True, slots=True)
class Missing:
    """The *parts* that build what is missing, and *why* something is left to ATTACH ("" for nothing)."""

    parts: tuple[Part, ...]
    why: str = ""


def missing(parent: Row, partition: Row, situation: Situation) -> Missing:
    """What *partition* lacks of the indexes of *parent*. Raises parser.Unparsable."""
    found = situation.catalog.rows("indexes_of_several", oids=[parent["oid"], partition["oid"]])
    wanted = [row for row in found if row["table"] == parent["oid"]]
    there = [row for row in found if row["table"] == partition["oid"] and not row["attached"]]
    taken = situation.taken(partition["schema"])
    parts: list[Part] = []
    left: list[str] = []
    for row in wanted:
        index = situation.catalog.index(row["oid"])
        match _equal(row, index, there, situation) if index else "perhaps":
            case "no" if partition["kind"] == "r" and (build := _build(index, partition, situation, taken)):
                parts.extend(build)
            case "no" | "perhaps":
                left.append(row["definition"])
    why = f"ATTACH PARTITION may have to build the equal of: {'; '.join(left)}" if left else ""
    return Missing(tuple(parts), why)


def _equal(row: Row, index: Row, there: list[Row], situation: Situation) -> str:
    """Whether one of the indexes *there* is equal; it then is not free for another any more."""
    shape = edit.shape(row["definition"])
    answers = set()
    for each in list(there):
        other = situation.catalog.index(each["oid"])
        answer = partitioned.same(shape, edit.shape(each["definition"]))
        if index["constraint"] and answer != "no" and not (other and other["constraint"]):
            answer = "no"  # the equal of a constraint's index has to serve a constraint
        if answer == "yes":
            there.remove(each)
            return answer
        answers.add(answer)
    return "perhaps" if "perhaps" in answers else "no"


def _build(index: Row | None, partition: Row, situation: Situation, taken: set[str]) -> tuple[Part, ...]:
    """The parts that build the equal of *index* on *partition*; () where that cannot be done beforehand."""
    if index is None:
        return ()
    keys = [row["name"] for row in situation.catalog.rows("attributes", oid=index["oid"])]
    if not index["constraint"]:
        name = identifiers.choose(partition["name"], keys, "idx", taken)
        taken.add(name)
        return (_concurrently(index, partition, name),)
    owner = situation.catalog.relation(Relation(index["table_name"], index["table_schema"]))
    served = situation.catalog.constraint(owner, index["constraint"]) if owner else None
    if served is None or served["deferrable"] or served["kind"] not in _KINDS:
        return ()
    words, label = _KINDS[served["kind"]]
    name = identifiers.choose(partition["name"], keys if served["kind"] == "u" else (), label, taken)
    taken.add(name)
    table = text.relation(Catalog.named(partition))
    serve = f"ALTER TABLE {table} ADD CONSTRAINT {text.name(name)} {words} USING INDEX {text.name(name)}"
    back = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {text.name(name)}"
    return (_concurrently(index, partition, name), Part((serve,), undo=undone_by(back), instant=True))


def _concurrently(index: Row, partition: Row, name: str) -> Part:
    build = edit.index_on(index["definition"], Catalog.named(partition), name, concurrently=True)
    own = text.relation(Relation(name, partition["schema"]))
    return Part((build,), undo=undone_by(f"DROP INDEX CONCURRENTLY IF EXISTS {own}", transactional=False))


def foreign_keys(parent: Row, situation: Situation) -> Iterator[str]:
    """The foreign keys of *parent*, each of which ATTACH makes on the partition, and checks for all of its rows."""
    for key in situation.catalog.rows("foreign_keys", oid=parent["oid"]):
        if key["outgoing"]:
            yield key["name"]
