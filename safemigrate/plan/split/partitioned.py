"""CREATE INDEX on a partitioned table: the partitions' indexes are built concurrently and put together.

Why      it takes SHARE on the table and on all of its partitions until the last one is read; CONCURRENTLY is refused.
When     the table is partitioned, and its partitions together are large.
Parts    CREATE INDEX … ON ONLY for the table and for partitions that are partitioned themselves, attached to one
         another (SHARE, instant: nothing is built, the indexes are INVALID); then for each partition that holds rows
         CREATE INDEX CONCURRENTLY (SHARE UPDATE EXCLUSIVE), and ALTER INDEX … ATTACH PARTITION (ACCESS EXCLUSIVE on
         the partition's index, instant). With the last one the whole index is valid, which a DO block makes sure of:
         a partition may have been added since the plan. An equal index that a partition has already is attached
         instead, as PostgreSQL does.
Undo     DROP INDEX of the whole, which takes what is attached; DROP INDEX CONCURRENTLY of what is not yet attached;
         an index that was there before is built again.
Failure  the index of the whole, INVALID, and those of some partitions, valid: each serves its partition.
As written  with a foreign table among the partitions, an existing index that may be equal or is invalid, two
         partitions whose indexes would get the same name (which one gets a number hangs on their bounds).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from safemigrate.facts import identifiers
from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.split.base import NOTHING_TO_UNDO, REARRANGED, Answer, Part, Situation, Split, undone_by
from safemigrate.plan.undo import indexes as again
from safemigrate.statement import forms
from safemigrate.statement.edit import indexes as edit
from safemigrate.statement.forms import Relation

FAMILY = "index of a partitioned table"

_MOST = 10_000


class _AsWritten(Exception):
    """Why the statement stays as it is."""


def create(form: forms.CreateIndex, sql: str, situation: Situation, row: Row, name: str) -> Answer:
    """The parts for the index *name* on the partitioned table *row*. Raises parser.Unparsable."""
    catalog = situation.catalog
    if form.if_not_exists and catalog.relation(Relation(name, row["schema"])):
        return None
    if situation.rearranged(row):
        return f"as written: {REARRANGED}"
    tree = catalog.rows("partition_tree", oid=row["oid"])
    try:
        return _Tree(situation, sql, row, Relation(name, row["schema"]), tree).split()
    except _AsWritten as why:
        return f"as written: {why}"


@dataclass
class _Tree:
    """*root* is the index to be made on *row*; *partitions* are below it, each after what it is a partition of."""

    situation: Situation
    sql: str
    row: Row
    root: Relation
    partitions: list[Row]
    whole: dict[int, Relation] = field(default_factory=dict)
    """The index of each table that is partitioned, by the oid of the table."""
    free: dict[int, list[Row]] = field(default_factory=dict)
    """The indexes that belong to no other, by the oid of their table."""

    def split(self) -> Split:
        if len(self.partitions) >= _MOST:
            raise _AsWritten(f"it has {_MOST} partitions or more")
        if any(each["kind"] == "f" for each in self.partitions):
            raise _AsWritten("one of the partitions is a foreign table")
        names = self._names()
        self._read_indexes()
        self.whole[self.row["oid"]] = self.root
        frame = [edit.index_on(self.sql, Catalog.named(self.row), self.root.name, only=True)]
        plain = edit.unconditional(self.sql)
        parts: list[Part] = []
        for each in self.partitions:
            parent = self.whole.get(each["parent"])
            if parent is None:  # below a partition whose index was there already, and has theirs
                continue
            index = Relation(names[each["oid"]], each["schema"])
            equal = self._equal(each)
            if equal is not None:
                parts.append(self._adopted(parent, equal))
            elif each["kind"] == "p":
                self.whole[each["oid"]] = index
                frame += [edit.index_on(plain, Catalog.named(each), index.name, only=True), _attach(parent, index)]
            else:
                build = edit.index_on(plain, Catalog.named(each), index.name, concurrently=True)
                back = f"DROP INDEX CONCURRENTLY IF EXISTS {text.relation(index)}"
                parts.append(Part((build,), undo=undone_by(back, transactional=False)))
                parts.append(Part((_attach(parent, index),), undo=undone_by(self._drop()), instant=True))
        first = Part(tuple(frame), undo=undone_by(self._drop()), instant=True)
        return Split(FAMILY, (first, *parts, self._last()))

    def _last(self) -> Part:
        title = f"check that index {self.root} is valid"
        return Part((_checked(self.root),), undo=NOTHING_TO_UNDO, title=title)

    def _drop(self) -> str:
        """Also what takes an attached index back: it cannot be detached, or dropped by itself."""
        return f"DROP INDEX IF EXISTS {text.relation(self.root)}"

    def _names(self) -> dict[int, str]:
        """The name that PostgreSQL would give the index of each partition, by the partition's oid."""
        keys = edit.key_names(self.sql)
        if not keys:
            raise _AsWritten("the names that PostgreSQL will choose for the partitions' indexes cannot be told")
        wanted = {each["oid"]: identifiers.compose(each["name"], "_".join(keys), "idx") for each in self.partitions}
        schemas = {each["oid"]: each["schema"] for each in self.partitions}
        if len({(schemas[oid], name) for oid, name in wanted.items()}) < len(wanted):
            raise _AsWritten("which of two partitions' indexes gets a number to its name cannot be told")
        known = {schema: self.situation.taken(schema) | {self.root.name} for schema in set(schemas.values())}
        return {
            each["oid"]: identifiers.choose(each["name"], keys, "idx", known[each["schema"]])
            for each in self.partitions
        }

    def _equal(self, partition: Row) -> Row | None:
        """The index of *partition* that PostgreSQL would take for the new one; the first that was made, as it does."""
        wanted = edit.shape(self.sql)
        for index in self.free.get(partition["oid"], []):
            match same(wanted, edit.shape(index["definition"])):
                case "perhaps":
                    raise _AsWritten(f"an index of {partition['name']} may be equal, and be attached")
                case "yes" if not index["valid"]:
                    raise _AsWritten(f"an index of {partition['name']} is equal, but invalid")
                case "yes":
                    return index
        return None

    def _read_indexes(self) -> None:
        oids = [each["oid"] for each in self.partitions]
        for index in self.situation.catalog.rows("indexes_of_several", oids=oids):
            if not index["attached"]:
                self.free.setdefault(index["table"], []).append(index)

    def _adopted(self, parent: Relation, equal: Row) -> Part:
        """Attaching what was there before: dropped with the whole, it has to be built again."""
        index = self.situation.catalog.index(equal["oid"])
        if index is None or index["constraint"]:
            raise _AsWritten("the equal index of a partition serves a constraint")
        if index["kind"] == "I":
            rebuilt = again.partitioned(self.situation.catalog, index)
        else:
            made = again.definition(index)
            rebuilt = (again.concurrently(made.create), *made.marks)
        undo = undone_by(self._drop(), *rebuilt, transactional=False)
        return Part((_attach(parent, Catalog.named(index)),), undo=undo, instant=True)


def same(wanted: edit.Shape, index: edit.Shape) -> Literal["yes", "no", "perhaps"]:
    """Whether PostgreSQL would take *index* for the *wanted* one (``CompareIndexInfo``, which ignores the order)."""
    one = (wanted.unique, wanted.method, wanted.keys, wanted.included, wanted.partial, wanted.nulls_not_distinct)
    other = (index.unique, index.method, index.keys, index.included, index.partial, index.nulls_not_distinct)
    if one != other:
        return "no"
    return "yes" if wanted.plain and index.plain else "perhaps"


def _attach(whole: Relation, part: Relation) -> str:
    return f"ALTER INDEX {text.relation(whole)} ATTACH PARTITION {text.relation(part)}"


def _checked(whole: Relation) -> str:
    """Fails while *whole* is INVALID: a partition has no part in it."""
    name = text.literal(text.relation(whole))
    message = text.literal(f"index {text.relation(whole)} is INVALID: a partition was added while it was built")
    return f"""DO $safemigrate$
BEGIN
    IF NOT (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = {name}::pg_catalog.regclass) THEN
        RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = {message};
    END IF;
END $safemigrate$"""
