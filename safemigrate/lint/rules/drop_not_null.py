"""drop-not-null: NULLs can come into a column where the running release expects none.

Why      The release that runs has never met a NULL there. It reads the ones that the next release writes.
Bad      op.alter_column("orders", "reference", nullable=True)
Instead  first a release that bears NULLs in the column; then
             op.alter_column("orders", "reference", nullable=True)

Silent for tables that are new or temporary, for a column that is added in the same deploy, and where it can be NULL.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import comeback
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.WARNING
DEFAULT = False


def check(form: forms.DropNotNull, at: Situation) -> Iterator[Found]:
    if not at.concerns(form.relation) or comeback.is_new(at, form.relation, form.column):
        return
    column = at.column(form.relation, form.column)
    if column is not None and not column.not_null:
        return
    call = spell.call("alter_column", form.relation.name, form.column, nullable=True, **spell.schema(form.relation))
    yield Found(
        f"the release that runs may meet a NULL in {form.relation}.{form.column}, where there has been none",
        instead=f"# when the release that runs bears a NULL in {form.column}:\n{call}",
        handled=False,
    )
