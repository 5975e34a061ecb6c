"""ATTACH PARTITION and DETACH PARTITION.

ATTACH
Why      it takes ACCESS EXCLUSIVE on the new partition and reads all of it for rows outside of the bound; on the
         DEFAULT partition too, for rows that belong into the new one. Missing indexes are built under the same lock.
When     the new partition or the DEFAULT partition is old and large; the bound is RANGE or LIST, of constants.
Parts    ADD CONSTRAINT … CHECK (the bound) NOT VALID (ACCESS EXCLUSIVE, instant), VALIDATE (SHARE UPDATE EXCLUSIVE),
         for the DEFAULT partition the same with NOT; the missing indexes, concurrently; ATTACH, which reads nothing
         any more; DROP CONSTRAINT (ACCESS EXCLUSIVE, instant).
Undo     DETACH; each check and index is dropped if it is there.
Failure  a check named safemigrate_… on the partition, which says what is about to be true of it.
As written  HASH, ATTACH … DEFAULT, keys with expressions, bounds that are computed.

DETACH
Why      it takes ACCESS EXCLUSIVE on the parent: every query on any partition waits.
When     the parent is old and large, and has no DEFAULT partition.
Parts    DETACH … CONCURRENTLY (SHARE UPDATE EXCLUSIVE on the parent), DROP CONSTRAINT of the check that only this way
         of detaching leaves on the table.
Undo     the check again, NOT VALID and validated, then ATTACH, which reads nothing because of it.
Failure  a detach that is pending: the executor finalizes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.facts import identifiers
from safemigrate.plan import naming, text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.split import attachment, bounds
from safemigrate.plan.split.base import NOTHING_TO_UNDO, Answer, Part, Situation, Split, undone_by
from safemigrate.statement import forms, parser, tree
from safemigrate.statement.edit import partitions as edit

ATTACH = "attach partition"
DETACH = "detach partition concurrently"


def attach(form: forms.AttachPartition, sql: str, situation: Situation) -> Answer:
    parent = situation.catalog.relation(form.relation) if form.kind == "table" else None
    if parent is None:
        return None
    partition, other = situation.concerned(form.partition), _default(parent, situation)
    if partition is not None and partition["kind"] not in ("r", "p"):
        partition = None
    if partition is None and other is None:
        return None
    if partition is not None and partition["bound"] is not None:
        return "as written: it is detached earlier in this revision"
    try:
        return _attached(sql, parent, partition, other, situation)
    except parser.Unparsable as error:
        return f"as written: {error}"


def _default(parent: Row, situation: Situation) -> Row | None:
    """The DEFAULT partition, where it is one to be concerned about."""
    row = situation.catalog.row("default_partition", oid=parent["oid"])
    found = situation.concerned(Catalog.named(row)) if row else None
    return found if found and found["kind"] in ("r", "p") else None


def _attached(sql: str, parent: Row, partition: Row | None, other: Row | None, situation: Situation) -> Answer:
    own = _condition(sql, parent, situation)
    if own is None:
        return "as written: its bound cannot be put as a check that PostgreSQL would recognize"
    whole = situation.catalog.value("partition_bound", oid=parent["oid"])
    checks = []
    if partition is not None:
        checks.append(_Check(partition, f"({whole}) AND {own}" if whole else own, situation))
    if other is not None:
        checks.append(_Check(other, f"NOT ({own})", situation))
    needed = attachment.missing(parent, partition, situation) if partition else attachment.Missing(())
    keys = [*attachment.foreign_keys(parent, situation)] if partition else []
    notes = [needed.why, f"ATTACH PARTITION checks all rows against {', '.join(keys)}" if keys else ""]
    if partition is not None and any(each.oid == parent["oid"] for each in situation.promised.values()):
        notes.append("what is new on its parent in this revision is built or checked by ATTACH PARTITION")
    parts = [part for check in checks for part in check.added()]
    parts += needed.parts
    parts.append(Part((sql,), instant=not any(notes), note="; ".join(note for note in notes if note)))
    parts += [check.dropped() for check in checks]
    return Split(ATTACH, tuple(parts))


def _condition(sql: str, parent: Row, situation: Situation) -> str | None:
    """What the statement's bound asks of a row of *parent*; None where it cannot be told."""
    key = situation.catalog.rows("partition_key", oid=parent["oid"])
    bound = edit.bound(sql)
    if bound is None or not key or not all(column["name"] and column["usual"] for column in key):
        return None
    columns = [bounds.Column(column["name"], column["type"], column["exact"]) for column in key]
    return bounds.condition(bound, columns)


class _Check:
    """A check that is there only while the partition is attached."""

    def __init__(self, row: Row, condition: str, situation: Situation) -> None:
        self.table = text.relation(Catalog.named(row))
        self.condition = condition
        taken = situation.taken(row["schema"])
        self.name = text.name(identifiers.choose("safemigrate", [row["name"]], "bound", taken))

    def added(self) -> Iterator[Part]:
        add = f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} CHECK ({self.condition}) NOT VALID"
        yield Part((add,), undo=undone_by(self._drop()))
        yield Part((f"ALTER TABLE {self.table} VALIDATE CONSTRAINT {self.name}",), undo=NOTHING_TO_UNDO)

    def dropped(self) -> Part:
        return Part((self._drop(),), undo=NOTHING_TO_UNDO, instant=True)

    def _drop(self) -> str:
        return f"ALTER TABLE {self.table} DROP CONSTRAINT IF EXISTS {self.name}"


def detach(form: forms.DetachPartition, sql: str, situation: Situation) -> Answer:
    parent = None if form.concurrently or form.finalize else situation.concerned(form.relation)
    row = situation.catalog.relation(form.partition) if parent else None
    if parent is None or row is None or row["bound"] is None:
        return None
    if situation.catalog.rows("default_partition", oid=parent["oid"]):
        return "as written: with a DEFAULT partition PostgreSQL cannot detach concurrently"
    condition = situation.catalog.value("partition_bound", oid=row["oid"])
    try:
        detached = edit.detach_concurrently(sql)
        name = _left_check(row, condition, situation)
    except parser.Unparsable as error:
        return f"as written: {error}"
    table = text.relation(Catalog.named(row))
    again = (
        f"ALTER TABLE {table} ADD CONSTRAINT {text.name(name)} CHECK ({condition}) NOT VALID",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {text.name(name)}",
    )
    drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {text.name(name)}"
    return Split(DETACH, (Part((detached,)), Part((drop,), undo=undone_by(*again), instant=True)))


def _left_check(row: Row, condition: str, situation: Situation) -> str:
    """The name of the check that DETACH … CONCURRENTLY leaves, made of the partition's constraint."""
    columns = tree.columns(parser.unwrap_only(f"SELECT {condition}"))
    return naming.constraint(situation.catalog, row, forms.Constraint("check", columns=columns))
