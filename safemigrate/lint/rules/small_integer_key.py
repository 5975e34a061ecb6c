"""small-integer-key: a primary key of type integer or smallint.

Why      It is full after 2,147,483,647 (32,767) rows, those that were rolled back or deleted included. The change to
         bigint rewrites the table and those whose foreign keys point at it.
Bad      op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True))
Instead  op.create_table("notes", sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True))

Silent for keys of several columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.facts import types
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.WARNING
DEFAULT = False

_SMALL = {
    "integer": "2,147,483,647", "serial": "2,147,483,647", "serial4": "2,147,483,647",
    "smallint": "32,767", "smallserial": "32,767", "serial2": "32,767",
}  # fmt: skip


def check(form: forms.CreateTable | forms.AddColumn | forms.AddConstraint, at: Situation) -> Iterator[Found]:
    if isinstance(form, forms.AddConstraint):
        yield from _of_existing(form, at)
        return
    for column in parts.columns(form):
        most = _SMALL.get(types.parse(column.type).base)
        if most and parts.primary_key(form) == (column.name,):
            yield Found(
                f"{form.relation}.{column.name} is a key of type {column.type}: it ends at {most}",
                instead=parts.spelled(parts.as_big_key(form, column), column.name, "sa.BigInteger()", "bigint"),
                impact=Impact(),
            )


def _of_existing(form: forms.AddConstraint, at: Situation) -> Iterator[Found]:
    several = form.constraint.columns if form.constraint.kind == "primary key" else ()
    column = at.column(form.relation, several[0]) if len(several) == 1 else None
    most = _SMALL.get(types.parse(column.type).base) if column else None
    if column and most:
        change = forms.AlterColumnType(form.relation, column.name, "bigint")
        yield Found(
            f"{form.relation}.{column.name} is a key of type {column.type}: it ends at {most}",
            instead=f"# while the table is small:\n{parts.spelled(change, column.name, 'sa.BigInteger()', 'bigint')}",
            impact=Impact(),
        )
