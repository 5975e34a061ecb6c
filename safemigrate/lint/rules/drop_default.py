"""drop-default: a column loses the default that the running release may rely on.

Why      An INSERT of the release that runs which leaves the column out fails if the column is NOT NULL, and writes NULL
         if it is not. That is so for a column which the same revision has added, too: that release does not know it.
Bad      op.alter_column("orders", "quantity", server_default=None)
Instead  first a release that gives the column a value in every INSERT; then
             op.alter_column("orders", "quantity", server_default=None)

Silent for tables that are new or temporary, and for a column without a default.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.WARNING
DEFAULT = False


def check(form: forms.DropDefault, at: Situation) -> Iterator[Found]:
    column = at.column(form.relation, form.column)
    if not at.concerns(form.relation) or (column is not None and column.default is None):
        return
    what = "fails" if column is not None and column.not_null else "writes NULL, or fails where it is NOT NULL"
    call = spell.call(
        "alter_column", form.relation.name, form.column, server_default=None, **spell.schema(form.relation)
    )
    yield Found(
        f"an INSERT of the release that runs which leaves out {form.relation}.{form.column} {what}",
        instead=f"# when the release that runs gives {form.column} a value in every INSERT:\n{call}",
        handled=False,
    )
