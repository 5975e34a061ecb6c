"""avoid-char: a column of type char(n).

Why      Values are filled up with blanks to the full length, which some comparisons see and others do not, and which
         take room. It is not faster than text.
Bad      op.add_column("accounts", sa.Column("currency", sa.CHAR(3)))
Instead  op.add_column("accounts", sa.Column("currency", sa.Text()))
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.WARNING
DEFAULT = False


def check(form: forms.CreateTable | forms.AddColumn | forms.AlterColumnType, at: Situation) -> Iterator[Found]:
    for name, type in parts.typed(form):
        if type.base == "character":
            yield Found(
                f"{form.relation}.{name} is char({type.limit or 1}): its values are filled up with blanks",
                instead=parts.spelled(form, name, "sa.Text()", "text"),
                impact=Impact(),
            )
