"""Columns, spelled as lines of revisions: added without what rewrites the table, filled in batches, made NOT NULL.

What several rules say to write instead of an ADD COLUMN or a change of type.
"""

from __future__ import annotations

import re

from safemigrate.lint.advice import online, spell, spell_apart
from safemigrate.lint.rule import Situation, forms
from safemigrate.lint.schema import dependants
from safemigrate.statement.forms import Relation

_TYPES = {
    "smallint": "sa.SmallInteger()", "integer": "sa.Integer()", "bigint": "sa.BigInteger()",
    "real": "sa.REAL()", "double precision": "sa.Double()", "boolean": "sa.Boolean()", "text": "sa.Text()",
    "date": "sa.Date()", "uuid": "sa.Uuid()", "json": "sa.JSON()", "jsonb": "postgresql.JSONB()",
    "timestamp with time zone": "sa.DateTime(timezone=True)", "timestamp without time zone": "sa.DateTime()",
    "timestamptz": "sa.DateTime(timezone=True)", "timestamp": "sa.DateTime()", "bytea": "sa.LargeBinary()",
    "numeric": "sa.Numeric()", "character varying": "sa.String()", "interval": "sa.Interval()",
    "smallserial": "sa.SmallInteger()", "serial": "sa.Integer()", "bigserial": "sa.BigInteger()",
    "serial2": "sa.SmallInteger()", "serial4": "sa.Integer()", "serial8": "sa.BigInteger()",
}  # fmt: skip
_SIZED = re.compile(r"(numeric|character varying)\(([\d,]+)\)")
# What sa.text() takes for a parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")


def type_(text: str) -> str:
    """A type as SQLAlchemy spells it, "" where it has no name of its own there."""
    sized = _SIZED.fullmatch(text)
    if sized:
        return f"{_TYPES[sized[1]].removesuffix('()')}({sized[2].replace(',', ', ')})"
    return _TYPES.get(text, "")


def sql_text(expression: str) -> spell.Code:
    """``sa.text("…")`` of an SQL expression."""
    escaped = _PARAMETER.sub(r"\\:\1", expression)
    return spell.Code(f"sa.text({spell.quoted(escaped)})")


def add(relation: Relation, name: str, text: str, *more: str) -> str:
    """A column that may be NULL, of the type *text*; *more* are arguments of ``sa.Column`` besides."""
    known = type_(text)
    if not known and not more:
        return spell.execute(f"ALTER TABLE {spell.relation(relation)} ADD COLUMN {spell.name(name)} {text}")
    parts = ", ".join([spell.quoted(name), known or "…", *more])
    return spell.call("add_column", relation.name, spell.Code(f"sa.Column({parts})"), **spell.schema(relation))


def default(relation: Relation, name: str, expression: str) -> str:
    """A default for the rows that are inserted from now on."""
    return spell.call(
        "alter_column", relation.name, name, server_default=sql_text(expression), **spell.schema(relation)
    )


def backfill(relation: Relation, name: str, expression: str) -> str:
    """A value for the rows that are there."""
    values = spell.Code(f"{{{spell.quoted(name)}: {sql_text(expression)}}}")
    made = spell.call("backfill", relation.name, values, **spell.schema(relation))
    return f"# from safemigrate import ops; safemigrate upgrade runs it in batches\n{made.replace('op.', 'ops.', 1)}"


def filled(form: forms.AddColumn, expression: str, at: Situation) -> str:
    """The rows that are there get *expression* in another transaction, and then the column its NOT NULL."""
    relation, name = form.relation, form.column.name
    lines = [spell_apart.apart(at.transactions, backfill(relation, name, expression))]
    if form.column.not_null:
        lines += ["# and then, when no row has a NULL left:", online.not_null(relation, name, at)]
    return "\n".join(lines)


def another(form: forms.AlterColumnType, at: Situation) -> str:
    """Another column of the new type, filled while both are written, and the old one dropped when nobody reads it."""
    new, relation = f"{form.column}_new", form.relation
    value = form.using or f"{spell.name(form.column)}::{form.type}"
    drop = spell.call("drop_column", relation.name, form.column, **spell.schema(relation))
    return "\n".join([
        f"# and then the default, NOT NULL, indexes and constraints of {form.column}",
        add(relation, new, form.type),
        f"# when the release that runs writes both {form.column} and {new}:",
        spell_apart.apart(at.transactions, backfill(relation, new, value)),
        f"# in the revision of a later release, when no code that runs uses {form.column}:",
        *(each.drop for each in dependants.of(forms.DropColumn(relation, form.column), at.schema)),
        drop,
    ])  # fmt: skip


def retyped(form: forms.AlterColumnType) -> str:
    """The change of type by itself."""
    relation, known = form.relation, type_(form.type)
    if not known or form.collation:
        head = f"ALTER TABLE {spell.relation(relation)} ALTER COLUMN {spell.name(form.column)} TYPE {form.type}"
        collate = f" COLLATE {'.'.join(map(spell.name, form.collation.split('.')))}" if form.collation else ""
        return spell.execute(f"{head}{collate}{f' USING {form.using}' if form.using else ''}")
    using = {"postgresql_using": form.using} if form.using else {}
    how = {**using, **spell.schema(relation)}
    return spell.call("alter_column", relation.name, form.column, type_=spell.Code(known), **how)


def is_there(form: forms.AddColumn, at: Situation) -> bool:
    """Whether ADD COLUMN IF NOT EXISTS has nothing to do."""
    return form.if_not_exists and at.column(form.relation, form.column.name) is not None
