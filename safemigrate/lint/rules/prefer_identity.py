"""prefer-identity: a serial column.

Why      Its sequence is a thing beside the table: it has rights of its own to be granted, is lost by CREATE TABLE LIKE,
         and anybody may write other values. GENERATED ALWAYS AS IDENTITY is the standard's, and part of the column.
Bad      op.create_table("notes", sa.Column("id", sa.BigInteger(), primary_key=True))
Instead  op.create_table("notes", sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True))
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.INFO
DEFAULT = False


def check(form: forms.CreateTable | forms.AddColumn, at: Situation) -> Iterator[Found]:
    for column in parts.columns(form):
        if column.serial:
            yield Found(
                f"{form.relation}.{column.name} is {column.type}: an identity column needs no sequence of its own",
                instead=parts.spelled(parts.as_big_key(form, column), column.name, "sa.BigInteger()", "bigint"),
                impact=Impact(),
            )
