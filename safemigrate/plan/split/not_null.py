"""SET NOT NULL without reading the table under a lock that stops it.

As written, every row is read under ACCESS EXCLUSIVE. When: the column may be NULL, and no validated
CHECK (column IS NOT NULL) is there, for with one PostgreSQL reads nothing.

Up to PostgreSQL 17, and for a column that is not in the catalog yet:

    1  ADD CONSTRAINT <temporary> CHECK (column IS NOT NULL) NOT VALID    ACCESS EXCLUSIVE, instant
       undo: DROP CONSTRAINT IF EXISTS <temporary>
    2  VALIDATE CONSTRAINT <temporary>                                    SHARE UPDATE EXCLUSIVE, reads the table
       undo: nothing, it goes with 1
    3  SET NOT NULL, DROP CONSTRAINT <temporary>, in one transaction      ACCESS EXCLUSIVE, instant: the check proves it
       undo: DROP NOT NULL

From 18 on, where a not-null constraint may be NOT VALID itself:

    1  ADD CONSTRAINT <the name that PostgreSQL would choose> NOT NULL column NOT VALID    ACCESS EXCLUSIVE, instant
       undo: DROP CONSTRAINT IF EXISTS
    2  VALIDATE CONSTRAINT                                                SHARE UPDATE EXCLUSIVE, reads the table
       undo: nothing, it goes with 1

A column that has a not-null constraint which is NOT VALID needs the second of these only. A table that is partitioned
or has children is done with them: the constraints go down to them. When a NULL is found, it is VALIDATE that fails; the
undo of the first part leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from safemigrate.plan import text
from safemigrate.plan.catalog import Row
from safemigrate.plan.split import online
from safemigrate.plan.split.base import Answer, Part, Situation, Split, undone_by
from safemigrate.statement import forms
from safemigrate.statement.edit import constraints as edit

FAMILY = "not null"
TEMPORARY = "safemigrate"
"""What the name of a temporary constraint ends with."""


def set_not_null(form: forms.SetNotNull, sql: str, situation: Situation) -> Answer:
    row = situation.concerned(form.relation)
    if row is None or row["kind"] not in ("r", "p"):
        return None
    if row["has_children"] and edit.only(sql):
        return None
    found = parts(row, form.column, situation)
    return Split(FAMILY, found) if found else None


def parts(
    row: Row, column: str, situation: Situation, *, new: bool = False, keyed: Sequence[Row] = ()
) -> tuple[Part, ...]:  # fmt: skip
    """How *column* becomes NOT NULL; () where nothing is to be read. *new*: it is added before, and may be NULL.

    *keyed* are the partitions that get a primary key of it by themselves, later.
    """
    found = None if new else situation.catalog.column(row, column)
    if found and found["not_null"]:
        return _validated(row, column, situation)
    if found and _checked(row, column, situation):
        return ()
    if situation.version >= 18 and (new or found):
        return _constraint(row, column, situation, keyed)
    return _through_check(row, column, situation)


def _checked(row: Row, column: str, situation: Situation) -> bool:
    """Whether validated checks prove that there is no NULL, in the table and in all below it."""
    below = situation.catalog.rows("descendants", oid=row["oid"]) if row["has_children"] else []
    return all(situation.catalog.value("not_null_checked", oid=each["oid"], column=column) for each in [row, *below])


def _validated(row: Row, column: str, situation: Situation) -> tuple[Part, ...]:
    """A not-null constraint that is there but NOT VALID (18) is validated; its undo is the catalog's."""
    name = situation.catalog.value("not_null_constraint", oid=row["oid"], column=column)
    constraint = situation.catalog.constraint(row, name) if name else None
    if constraint is None or constraint["validated"]:
        return ()
    return (Part((f"ALTER TABLE {situation.name(row)} VALIDATE CONSTRAINT {text.name(name)}",)),)


def _constraint(row: Row, column: str, situation: Situation, keyed: Sequence[Row]) -> tuple[Part, ...]:
    table, chosen = situation.name(row), situation.free_name(row, [column], "not null")
    name, quoted = text.name(chosen), text.name(column)
    drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}"
    # Its own primary key makes the constraint that a partition inherits the partition's own as well.
    found = [(each, situation.catalog.column(each, column)) for each in keyed]
    nullable = [each for each, own in found if own and not own["not_null"]]
    relaxed = [f"ALTER TABLE {situation.name(each)} ALTER COLUMN {quoted} DROP NOT NULL" for each in nullable]
    return (
        Part(
            (f"ALTER TABLE {table} ADD CONSTRAINT {name} NOT NULL {quoted} NOT VALID",),
            undone_by(drop, *relaxed) if relaxed else None,
            instant=True,
        ),
        online.validated(row, chosen, situation),
    )


def _through_check(row: Row, column: str, situation: Situation) -> tuple[Part, ...]:
    table, quoted = situation.name(row), text.name(column)
    chosen = situation.free_name(row, [column], "check", TEMPORARY)
    name = text.name(chosen)
    drop = f"ALTER TABLE {table} DROP CONSTRAINT"
    return (
        Part(
            (f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({quoted} IS NOT NULL) NOT VALID",),
            undone_by(f"{drop} IF EXISTS {name}"),
        ),
        online.validated(row, chosen, situation),
        Part(
            (f"ALTER TABLE {table} ALTER COLUMN {quoted} SET NOT NULL", f"{drop} {name}"),
            undone_by(f"ALTER TABLE {table} ALTER COLUMN {quoted} DROP NOT NULL"),
            instant=True,
        ),
    )
