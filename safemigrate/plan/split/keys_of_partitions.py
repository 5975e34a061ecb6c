"""Keys of partitioned tables: each partition gets its own, and then the whole takes them over.

FOREIGN KEY up to PostgreSQL 17, where one of a partitioned table cannot be NOT VALID (from 18 on it can):

    for each partition that holds rows
    1  ADD CONSTRAINT … FOREIGN KEY … NOT VALID    SHARE ROW EXCLUSIVE on it and on the referenced table, instant
       undo: DROP CONSTRAINT IF EXISTS
    2  VALIDATE CONSTRAINT                         SHARE UPDATE EXCLUSIVE, reads; undo: nothing
    and then
    3  ADD CONSTRAINT … FOREIGN KEY, of the whole  SHARE ROW EXCLUSIVE on all, ACCESS EXCLUSIVE on the referenced table,
       whose triggers for the partitions' keys go; instant. It adopts the equal keys of the partitions and reads none.
       undo: DROP CONSTRAINT IF EXISTS, with which the partitions' go

UNIQUE and PRIMARY KEY:

    0  for a PRIMARY KEY: the columns become NOT NULL (not_null), where they are not
    for each partition that holds rows
    1  CREATE UNIQUE INDEX CONCURRENTLY, under the name that PostgreSQL would choose; undo: DROP INDEX CONCURRENTLY
    2  ADD CONSTRAINT … USING INDEX                ACCESS EXCLUSIVE on it, instant; undo: DROP CONSTRAINT IF EXISTS
    and then
    3  ADD CONSTRAINT of the whole                 ACCESS EXCLUSIVE, instant: it adopts the partitions' and builds none
       undo: DROP CONSTRAINT IF EXISTS, with which the partitions' go

What fails in the middle leaves keys on some partitions, which the undos take away. As written, with a note: where a
partition has a foreign table below it, an equal key, or the name already, and where two partitions would choose the
same name, for then it hangs on the order of their bounds.
"""

from __future__ import annotations

from collections.abc import Sequence

from safemigrate.facts import identifiers
from safemigrate.plan import text
from safemigrate.plan.catalog import Row
from safemigrate.plan.split import online
from safemigrate.plan.split.base import REARRANGED, Answer, Part, Situation, Split
from safemigrate.statement import forms
from safemigrate.statement.edit import constraints as edit
from safemigrate.statement.forms import Relation


def foreign_key(
    form: forms.AddConstraint, sql: str, row: Row, name: str, references: Relation, situation: Situation
) -> Answer:
    """The foreign key *name* of the partitioned table of *row*, on PostgreSQL 17 and before."""
    below, leaves = _below(row, situation), situation.leaves(row)
    if not leaves or edit.only(sql):
        return None
    if situation.rearranged(row):
        return f"as written: {REARRANGED}"
    referenced = situation.catalog.relation(references)
    if referenced and referenced["kind"] == "p":
        return "as written: both tables of the foreign key are partitioned"
    if any(each["kind"] == "f" for each in below):
        return "as written: one of the partitions is a foreign table"
    for each in below:
        if situation.catalog.constraint(each, name) or _refers(each, form.constraint.columns, referenced, situation):
            return f"as written: partition {each['name']} has a constraint like it already"
    parts = [part for leaf in leaves for part in online.later(sql, leaf, name, situation, references)]
    lock = f"LOCK TABLE {text.relation(references)} IN ACCESS EXCLUSIVE MODE"
    whole = Part((lock, edit.named(sql, situation.catalog.named(row), name, references)), instant=True)
    return Split("foreign key", (*parts, whole))


def _refers(row: Row, columns: Sequence[str], referenced: Row | None, situation: Situation) -> bool:
    found = [situation.catalog.column(row, column) for column in columns]
    numbers = [column["number"] for column in found if column]
    keys = situation.catalog.rows("foreign_keys", oid=row["oid"])
    return any(
        key["outgoing"] and key["columns"] == numbers and referenced and key["oid"] == referenced["oid"] for key in keys
    )


def key(
    form: forms.AddConstraint, sql: str, row: Row, name: str, first: Sequence[Part], situation: Situation
) -> Answer:
    """The unique constraint or primary key *name* of the partitioned table of *row*, after the parts *first*."""
    added, below = form.constraint, _below(row, situation)
    leaves = situation.leaves(row)
    if not leaves or any(each["kind"] == "f" for each in below) or not _unique_in_all(row, below, added, situation):
        return None
    if situation.rearranged(row):
        return f"as written: {REARRANGED}"
    named = () if added.kind == "primary key" else (*added.columns, *edit.details(sql).including)
    wanted = [identifiers.compose(each["name"], "_".join(named), identifiers.label(added.kind)) for each in below]
    if len({name, *wanted}) <= len(wanted):
        return "as written: the indexes of two partitions would get the same name"
    for each in below:
        if any(_alike(other, added) for other in online.keys(each, situation)):
            return f"as written: partition {each['name']} has a key like it already"
    parts = list(first)
    for leaf in leaves:
        parts.extend(online.upon_index(sql, leaf, situation.free_name(leaf, named, added.kind), situation))
    whole = Part((edit.named(sql, situation.catalog.named(row), name),), instant=True)
    family = "primary key" if added.kind == "primary key" else "unique constraint"
    return Split(family, (*parts, whole))


def _below(row: Row, situation: Situation) -> list[Row]:
    return situation.catalog.rows("descendants", oid=row["oid"])


def _unique_in_all(row: Row, below: Sequence[Row], added: forms.Constraint, situation: Situation) -> bool:
    """Whether the columns hold those that partitions are told apart by; without them PostgreSQL refuses at once."""
    for each in [row, *(each for each in below if each["kind"] == "p")]:
        columns = [column["name"] for column in situation.catalog.rows("partition_columns", oid=each["oid"])]
        if not set(columns) <= set(added.columns):
            return False
    return True


def _alike(other: Row, added: forms.Constraint) -> bool:
    return (other["kind"] == "p" and added.kind == "primary key") or set(other["columns"]) == set(added.columns)
