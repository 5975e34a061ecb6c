"""rename-column: a column gets another name under the running release.

Why      The release that runs asks for the old name and fails; one that knows the new name fails until the migration
         is done. There is no moment at which both work.
Bad      op.alter_column("orders", "note", new_column_name="remark")
Instead  a name in the model alone: remark = mapped_column("note"); or a new column, written together with the old one,
         filled, read, and then the old one dropped: each with a release of its own

Silent for tables that are new or temporary, for a column that is added in the same deploy, and where a column of the
old name is there again when the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import comeback
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.RenameColumn, at: Situation) -> Iterator[Found]:
    if not at.concerns(form.relation) or comeback.is_new(at, form.relation, form.column):
        return
    if comeback.of_column(at, form.relation, form.column):
        return
    yield Found(
        f"the release that runs fails when it asks for {form.relation}.{form.column}, which becomes {form.new}",
        instead=_instead(form),
        handled=False,
    )


def _instead(form: forms.RenameColumn) -> str:
    attribute = form.new if form.new.isidentifier() else "renamed"
    return (
        f"# no revision: rename it in the model alone, {attribute} = mapped_column({spell.quoted(form.column)})\n"
        f"# or add {form.new}, write both, fill it, read it, and in the revision of a later release:\n"
        + spell.call("drop_column", form.relation.name, form.column, **spell.schema(form.relation))
    )
