"""avoid-json: a column of type json.

Why      json is text that was checked: it has no equality, so DISTINCT, GROUP BY and UNION over a row with it fail, and
         no index reaches into it.
Bad      op.add_column("orders", sa.Column("answer", sa.JSON()))
Instead  op.add_column("orders", sa.Column("answer", postgresql.JSONB()))
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.WARNING
DEFAULT = False


def check(form: forms.CreateTable | forms.AddColumn | forms.AlterColumnType, at: Situation) -> Iterator[Found]:
    for name, type in parts.typed(form):
        if type.base == "json":
            yield Found(
                f"{form.relation}.{name} is json: DISTINCT and GROUP BY fail on it, and no index reaches into it",
                instead=parts.spelled(form, name, "postgresql.JSONB()", "jsonb"),
                impact=Impact(),
            )
