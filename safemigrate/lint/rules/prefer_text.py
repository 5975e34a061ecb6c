"""prefer-text: a column of type varchar(n).

Why      It takes as much room as text, and is no faster. A limit that turns out too small is a change of the type, one
         that turns out too large a rewrite of the table; a CHECK can be changed without either.
Bad      op.add_column("orders", sa.Column("label", sa.String(40)))
Instead  op.add_column("orders", sa.Column("label", sa.Text()))

varchar without a limit is as good as text.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.INFO
DEFAULT = False


def check(form: forms.CreateTable | forms.AddColumn | forms.AlterColumnType, at: Situation) -> Iterator[Found]:
    for name, type in parts.typed(form):
        if type.base == "character varying" and type.limit is not None:
            yield Found(
                f"{form.relation}.{name} is varchar({type.limit}): another limit is a change of its type",
                instead=parts.spelled(form, name, "sa.Text()", "text"),
                impact=Impact(),
            )
