"""rename-table: a table or view gets another name under the running release.

Why      The release that runs uses the old name and fails from then on.
Bad      op.rename_table("orders", "purchases")
Instead  a view in its place, in the same transaction, until no code that runs uses the old name:
             op.rename_table("orders", "purchases")
             op.execute("CREATE VIEW orders AS SELECT * FROM purchases")
         or a name in the model alone: __tablename__ = "orders"

PostgreSQL writes through such a view, INSERT ... ON CONFLICT included. It needs the GRANTs that the table has.
Silent for what is new or temporary, and where something of the old name is there again when the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import comeback
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms

SEVERITY = Severity.ERROR

_USED_BY_NAME = ("table", "view", "materialized view", "foreign table")


def check(form: forms.RenameRelation, at: Situation) -> Iterator[Found]:
    if form.kind not in _USED_BY_NAME or not at.concerns(form.relation) or comeback.of_relation(at, form.relation):
        return
    new = Relation(form.new, form.relation.schema)
    rename = f"ALTER {form.kind.upper()} {spell.relation(form.relation)} RENAME TO {spell.name(form.new)}"
    yield Found(
        f"the release that runs fails when it uses {form.relation}, which becomes {form.new}",
        instead=comeback.view_in_place(rename, form.relation, new, at_once=not at.autocommit),
        handled=False,
    )
