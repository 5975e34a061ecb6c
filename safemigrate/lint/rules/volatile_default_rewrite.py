"""volatile-default-rewrite: a new column whose default is computed for each row that is there.

Why      A default that may differ from row to row (random(), gen_random_uuid(), clock_timestamp(), nextval(…)) has to
         be written into every row: the table and all its indexes are rewritten under ACCESS EXCLUSIVE.
Bad      op.add_column("orders", sa.Column("token", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))
Instead  op.add_column("orders", sa.Column("token", sa.Uuid()))
         op.alter_column("orders", "token", server_default=sa.text("gen_random_uuid()"))
         and in another transaction, for the rows that are there, in batches:
         ops.backfill("orders", {"token": sa.text("gen_random_uuid()")})

Constants, now(), CURRENT_TIMESTAMP and whatever else is the same for the whole statement are kept in the catalog, and
rewrite nothing. So are IMMUTABLE and STABLE functions that the history has made. Of a function that it does not know,
a warning says so. Silent for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell_columns
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.AddColumn, at: Situation) -> Iterator[Found]:
    relation, column, default = form.relation, form.column, form.column.default
    if default is None or not at.concerns(relation) or spell_columns.is_there(form, at):
        return
    volatility = at.schema.volatility(default)
    if volatility in {"constant", "stable"}:
        return
    known = volatility == "volatile"
    doubt = "" if known else f", unless {_called(default)} is IMMUTABLE or STABLE: that is not known here"
    yield Found(
        f"{relation} is rewritten to compute {default.text} for {column.name} in each row{doubt}",
        instead="\n".join([
            spell_columns.add(relation, column.name, column.type),
            spell_columns.default(relation, column.name, default.text),
            spell_columns.filled(form, default.text, at),
        ]),
        handled=True,
        severity=None if known else Severity.WARNING,
    )  # fmt: skip


def _called(default: forms.Default) -> str:
    return " or ".join(f"{name}()" for name in default.functions)
