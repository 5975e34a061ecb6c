"""ADD CONSTRAINT without reading rows or building an index under a lock that stops reads or writes.

CHECK, FOREIGN KEY, and NOT NULL as a constraint (18). As written, every row is read: for a CHECK under ACCESS
EXCLUSIVE, for a FOREIGN KEY under SHARE ROW EXCLUSIVE on both tables.

    1  ADD CONSTRAINT … NOT VALID     ACCESS EXCLUSIVE (FOREIGN KEY: SHARE ROW EXCLUSIVE on both), instant
       undo: DROP CONSTRAINT IF EXISTS
    2  VALIDATE CONSTRAINT            SHARE UPDATE EXCLUSIVE (and ROW SHARE on the referenced table), reads
       undo: nothing, it goes with 1

UNIQUE and PRIMARY KEY. As written, the index is built under ACCESS EXCLUSIVE.

    0  for a PRIMARY KEY: the columns become NOT NULL (not_null), where they are not
    1  CREATE UNIQUE INDEX CONCURRENTLY <the constraint's name>           SHARE UPDATE EXCLUSIVE, reads twice
       undo: DROP INDEX CONCURRENTLY IF EXISTS
    2  ADD CONSTRAINT … UNIQUE | PRIMARY KEY USING INDEX <this name>      ACCESS EXCLUSIVE, instant
       undo: DROP CONSTRAINT IF EXISTS, with which the index goes

When: the table is one to be concerned about; for a FOREIGN KEY either of the two is, for both are read, and the
referencing one is not new, for then it has no rows. Partitioned tables: see ``keys_of_partitions``. An EXCLUDE has no
online form. When a row is in the way, VALIDATE or the index build fails, and the undos leave nothing behind.
"""

from __future__ import annotations

from safemigrate.plan.catalog import Row
from safemigrate.plan.split import keys_of_partitions, not_null, online
from safemigrate.plan.split.base import Answer, Part, Situation, Split
from safemigrate.statement import forms, parser
from safemigrate.statement.edit import constraints as edit

CHECK, FOREIGN_KEY = "check constraint", "foreign key"
NO_ONLINE_FORM = "an exclusion constraint has no online form: its index is built while nobody can use the table"


def add_constraint(form: forms.AddConstraint, sql: str, situation: Situation) -> Answer:
    try:
        return _answer(form, sql, situation)
    except parser.Unparsable as error:
        return f"as written: {error}"


def _answer(form: forms.AddConstraint, sql: str, situation: Situation) -> Answer:
    added = form.constraint
    if added.kind == "foreign key":
        return None if added.not_valid else _foreign_key(form, sql, situation)
    row = situation.concerned(form.relation)
    if row is None or row["kind"] not in ("r", "p") or added.using_index or added.not_valid:
        return None
    match added.kind:
        case "exclude":
            return NO_ONLINE_FORM
        case "check":
            name = _name(row, added, situation.named_after(row, added), situation)
            return Split(CHECK, online.later(sql, row, name, situation))
        case "not null":
            return _not_null(form, sql, row, situation)
    return _key(form, sql, row, situation)


def _name(row: Row, added: forms.Constraint, columns: tuple[str, ...], situation: Situation) -> str:
    return added.name or situation.free_name(row, columns, added.kind)


def _not_null(form: forms.AddConstraint, sql: str, row: Row, situation: Situation) -> Answer:
    """The syntax of 18. A column that has such a constraint already gets no other."""
    (column,) = form.constraint.columns
    found = situation.catalog.column(row, column)
    if found is None or found["not_null"] or edit.only(sql):
        return None
    name = _name(row, form.constraint, (column,), situation)
    return Split(not_null.FAMILY, online.later(sql, row, name, situation))


# -- foreign keys


def _foreign_key(form: forms.AddConstraint, sql: str, situation: Situation) -> Answer:
    row, added = situation.old(form.relation), form.constraint
    if row is None or row["kind"] not in ("r", "p") or added.references is None:
        return None
    if not (situation.concerned(form.relation) or situation.concerned(added.references)):
        return None
    referenced = situation.catalog.relation(added.references)
    made = situation.made
    unclear = added.references in made.relations or (made.elsewhere and not added.references.schema)
    references = added.references if unclear or referenced is None else situation.catalog.named(referenced)
    name = _name(row, added, added.columns, situation)
    if row["kind"] == "p" and situation.version < 18:
        return keys_of_partitions.foreign_key(form, sql, row, name, references, situation)
    return Split(FOREIGN_KEY, online.later(sql, row, name, situation, references))


# -- unique and primary keys


def _key(form: forms.AddConstraint, sql: str, row: Row, situation: Situation) -> Answer:
    said, added = edit.details(sql), form.constraint
    if said.without_overlaps or (row["kind"] == "p" and said.only):
        return None
    if added.kind == "primary key" and online.has_primary_key(row, situation):
        return None  # it can only fail
    columns = () if added.kind == "primary key" else (*added.columns, *said.including)
    name = _name(row, added, columns, situation)
    if _taken(row, name, situation):
        return None
    first = _not_null_parts(form, row, situation)
    if row["kind"] == "p":
        return keys_of_partitions.key(form, sql, row, name, first, situation)
    return Split(_family(form), (*first, *online.upon_index(sql, row, name, situation)))


def _taken(row: Row, name: str, situation: Situation) -> bool:
    """Whether the statement can only fail: its name is another's. An INVALID index of the table is built anew."""
    found = situation.catalog.relation(forms.Relation(name, row["schema"]))
    if found is None or forms.Relation(name, row["schema"]) in situation.made.dropped:
        return False
    index = situation.catalog.index(found["oid"])
    return index is None or index["valid"] or index["table_oid"] != row["oid"]


def _family(form: forms.AddConstraint) -> str:
    return "primary key" if form.constraint.kind == "primary key" else "unique constraint"


def _not_null_parts(form: forms.AddConstraint, row: Row, situation: Situation) -> tuple[Part, ...]:
    if form.constraint.kind != "primary key":
        return ()
    keyed = situation.leaves(row) if row["kind"] == "p" else []
    columns = form.constraint.columns
    return tuple(part for column in columns for part in not_null.parts(row, column, situation, keyed=keyed))
