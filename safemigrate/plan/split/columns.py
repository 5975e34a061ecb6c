"""ADD COLUMN that would rewrite or read the table: the bare column at once, its values and constraints after it.

As written, the table is rewritten for a default that differs from row to row (volatile, serial, identity), and is read,
or an index built, for constraints: all under ACCESS EXCLUSIVE. When: the table is one to be concerned about.

    1  ADD COLUMN of the type only, SET DEFAULT, in one transaction        ACCESS EXCLUSIVE, instant
       (a serial's sequence is made with it; for an identity see ``serials``)
       undo: DROP COLUMN IF EXISTS, and with it goes what all later parts make
    2  UPDATE … SET column = DEFAULT WHERE column IS NULL, in batches      ROW EXCLUSIVE, each batch's rows
    3  NOT NULL: see ``not_null``
    4  the identity in the place of the default                            ACCESS EXCLUSIVE, instant
    5  CHECK, FOREIGN KEY, UNIQUE and PRIMARY KEY, one after the other: see ``constraints``

With a default that is the same for all rows, 1 is the column with its default and its NOT NULL, and 5 follows. What is
inserted meanwhile is not left out: the default is there from the first part on. A stored generated column, and a domain
with a constraint, have no online form; where the UPDATE would set off triggers or rules, which the statement as written
does not, it stays as written, unless its author asks for batches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from safemigrate.plan import text
from safemigrate.plan.catalog import Row
from safemigrate.plan.split import constraints, data, not_null, online, serials
from safemigrate.plan.split.base import NOTHING_TO_UNDO, Answer, Part, Situation, Split, undone_by
from safemigrate.statement import Statement, forms, functions, parser
from safemigrate.statement.edit import columns as edit

FAMILY = "add column"

_APART = ("unique", "primary key", "check", "foreign key")
_AT_ONCE = frozenset({"default", "generated", "not null", "null"})


def add_column(form: forms.AddColumn, sql: str, situation: Situation) -> Answer:
    row = situation.concerned(form.relation)
    if row is None or row["kind"] not in ("r", "p"):
        return None
    if why := _without_a_way(form, situation):
        return f"as written: {why}"
    impact = situation.catalog.impact((form,), situation.version)
    if impact.instant or _fails(form, situation, row):
        return None
    if situation.catalog.column(row, form.column.name):
        # IF NOT EXISTS does nothing then; else an earlier statement drops it, and it is too soon to name what it frees.
        return None if form.if_not_exists else "as written: a column of this name was there before the revision"
    if "primary key" in _kinds(form.column) and online.has_primary_key(row, situation):
        return "as written: the table has a primary key, or had one before this statement"
    try:
        return _filled(form, sql, situation, row) if impact.rewrites else _constrained(form, sql, situation, row)
    except parser.Unparsable as error:
        return f"as written: {error}"


def _without_a_way(form: forms.AddColumn, situation: Situation) -> str:
    """Why there is no other way to this column than a rewrite under ACCESS EXCLUSIVE; "" where there may be."""
    if form.column.generated == "stored":
        return "a stored generated column is computed by a rewrite; there is no online form of it"
    domain = situation.catalog.row("domain", type=form.column.type)
    if domain and domain["constrained"]:
        return f"a column of domain {form.column.type}, which has a constraint, rewrites the table"
    if domain and domain["expression"] and not form.column.default and _volatile(domain["expression"], situation):
        return f"the default of domain {form.column.type} is volatile and rewrites the table"
    return ""


def _volatile(expression: str, situation: Situation) -> bool:
    (read,) = Statement(f"SELECT {expression}").forms
    called = [*read.functions] if isinstance(read, forms.Select) else []
    match functions.volatility(called):
        case "volatile":
            return True
        case "unknown":
            return bool(situation.catalog.rows("volatile_functions", names=called))
    return False


def _fails(form: forms.AddColumn, situation: Situation, row: Row) -> bool:
    """What PostgreSQL refuses at once: a key of a partitioned table without its partition key, an identity for the
    children of a table, a NOT NULL column without a value.
    """
    column = form.column
    if row["kind"] == "p" and _kinds(column) & {"unique", "primary key"}:
        return True
    if column.identity and row["has_children"]:
        return row["kind"] == "r" or situation.version < 17
    return column.not_null and not (column.default or column.serial or column.identity or column.generated)


# -- a value for every row


def _filled(form: forms.AddColumn, sql: str, situation: Situation, row: Row) -> Answer:
    """The column with its default, a batched update of the rows that are there, NOT NULL, and the constraints."""
    name, column = situation.name(row), text.name(form.column.name)
    counts = form.column.serial or form.column.identity
    if why := _unfillable(form.column, situation, row) or (counts and serials.refused(situation, row)):
        return f"as written: {why}"
    backfill = _backfill(form, situation, row)
    if isinstance(backfill, str):
        return f"as written: the rows that are there cannot be filled in batches: {backfill}"
    inline = _inline_key(situation, row)
    bare, last = _with_default(form, sql, situation, row, inline)
    parts = [
        Part(bare, undo=undone_by(f"ALTER TABLE {name} DROP COLUMN IF EXISTS {column}")),
        *backfill,
    ]
    if form.column.not_null:
        parts += [replace(part, undo=NOTHING_TO_UNDO) for part in _not_null(form, sql, situation, row)]
    parts += last
    parts += _one_by_one(form, sql, situation, row, [kind for kind in _APART if kind not in inline])
    return Split(FAMILY, tuple(parts))


def _backfill(form: forms.AddColumn, situation: Situation, row: Row) -> list[Part] | str:
    """A batched UPDATE of the table, partitions included; or of each where it has children, which have other keys."""
    column = text.name(form.column.name)
    catalog, inherited = situation.catalog, row["kind"] == "r" and row["has_children"]
    below = catalog.rows("descendants", oid=row["oid"]) if inherited else []
    parts = []
    for each in [row, *(catalog.relation(catalog.named(child)) for child in below)]:
        if each is None or each["kind"] not in ("r", "p"):
            return "it has children that are no plain tables"
        only = "ONLY " if inherited else ""
        sql = f"UPDATE {only}{situation.name(each)} SET {column} = DEFAULT WHERE {column} IS NULL"
        batch = data.batch(sql, situation, each, images=False)
        if isinstance(batch, str):
            return batch
        parts.append(Part((sql,), undo=NOTHING_TO_UNDO, batch=batch))
    return parts


def _unfillable(column: forms.Column, situation: Situation, row: Row) -> str:
    """Why an UPDATE would do more, or less, to the rows than ADD COLUMN does."""
    hooks = situation.catalog.rows("on_any_update", oid=row["oid"])
    if hooks and not situation.marks.batched:
        return f"an UPDATE in its place would set off {text.names(hook['name'] for hook in hooks)}"
    below = situation.catalog.rows("descendants", oid=row["oid"]) if row["kind"] == "r" else []
    if any(situation.catalog.column(child, column.name) for child in below):
        return f"a child of the table has a column {text.name(column.name)} of its own"
    return ""


def _inline_key(situation: Situation, row: Row) -> frozenset[str]:
    """A foreign key on a partitioned table cannot be NOT VALID before 18; on a column that is NULL it needs no scan."""
    return frozenset({"foreign key"} if row["kind"] == "p" and situation.version < 18 else ())


def _with_default(
    form: forms.AddColumn, sql: str, situation: Situation, row: Row, inline: Collection[str]
) -> tuple[tuple[str, ...], list[Part]]:
    """The statements of the first part, and what is left to do when the column is filled and NOT NULL."""
    table = situation.catalog.named(row)
    if form.column.serial:
        return serials.serial(form, sql, situation, row, inline), []
    if form.column.identity:
        return serials.identity(form, sql, situation, row, inline)
    return (edit.added(sql, table, kept=inline), edit.default(sql, table)), []


def _not_null(form: forms.AddColumn, sql: str, situation: Situation, row: Row) -> Sequence[Part]:
    name = edit.not_null_name(sql) if situation.version >= 18 else ""
    if not name:
        return not_null.parts(row, form.column.name, situation, new=True)
    table, quoted = situation.name(row), text.name(name)
    return (
        Part((f"ALTER TABLE {table} ADD CONSTRAINT {quoted} NOT NULL {text.name(form.column.name)} NOT VALID",)),
        online.validated(row, name, situation),
    )


# -- constraints


def _constrained(form: forms.AddColumn, sql: str, situation: Situation, row: Row) -> Answer:
    """The column as it is but for the constraints that read the table, and then each of them by itself."""
    table = situation.catalog.named(row)
    apart = _APART if form.column.default else _APART[:-1]
    kept = _AT_ONCE | ({"foreign key"} - set(apart))
    column = text.name(form.column.name)
    first = Part(
        (edit.added(sql, table, kept=kept, required=form.column.not_null),),
        undo=undone_by(f"ALTER TABLE {situation.name(row)} DROP COLUMN IF EXISTS {column}"),
    )
    return Split(FAMILY, (first, *_one_by_one(form, sql, situation, row, apart)))


def _one_by_one(
    form: forms.AddColumn, sql: str, situation: Situation, row: Row, kinds: Collection[str]
) -> Iterator[Part]:
    for one in edit.constraints(sql, situation.catalog.named(row), kinds):
        (added,) = Statement(one).forms
        assert isinstance(added, forms.AddConstraint)
        # A constraint goes with its column. A foreign key is dropped all the same: that locks the other table too.
        goes = form.column.name in added.constraint.columns and not added.constraint.references
        for part in _parts(added, one, situation, row):
            yield replace(part, undo=NOTHING_TO_UNDO) if goes else part


def _parts(added: forms.AddConstraint, sql: str, situation: Situation, row: Row) -> tuple[Part, ...]:
    if added.constraint.kind == "primary key":
        # Its column is NOT NULL by now, which the catalog cannot tell yet.
        name = added.constraint.name or situation.free_name(row, (), "primary key")
        return online.upon_index(sql, row, name, situation)
    answer = constraints.add_constraint(added, sql, situation)
    return answer.parts if isinstance(answer, Split) else (Part((sql,), note=answer or ""),)


def _kinds(column: forms.Column) -> set[str]:
    return {each.kind for each in column.constraints}
