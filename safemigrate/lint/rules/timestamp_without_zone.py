"""timestamp-without-zone: a column of type timestamp, which says no moment.

Why      It holds what a clock showed, not when: two sessions with another TimeZone read it as two moments. The change
         to timestamptz later rewrites the table, unless the TimeZone is UTC.
Bad      op.add_column("orders", sa.Column("paid_at", sa.DateTime()))
Instead  op.add_column("orders", sa.Column("paid_at", sa.DateTime(timezone=True)))
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.WARNING
DEFAULT = False


def check(form: forms.CreateTable | forms.AddColumn | forms.AlterColumnType, at: Situation) -> Iterator[Found]:
    for name, type in parts.typed(form):
        if type.base == "timestamp without time zone":
            yield Found(
                f"{form.relation}.{name} is a timestamp without time zone: it does not say which moment it means",
                instead=parts.spelled(form, name, "sa.DateTime(timezone=True)", "timestamptz"),
                impact=Impact(),
            )
