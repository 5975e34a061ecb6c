"""set-schema: something moves to another schema under the running release.

Why      The release that runs looks for it where it was, and fails from then on.
Bad      op.execute("ALTER TABLE orders SET SCHEMA sales")
Instead  a view in its place, in the same transaction, until no code that runs uses the old name:
             op.execute("ALTER TABLE orders SET SCHEMA sales")
             op.execute("CREATE VIEW orders AS SELECT * FROM sales.orders")

Silent for what is new or temporary, and where something of the old name is there again when the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import comeback
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms

SEVERITY = Severity.WARNING

_RELATIONS = ("table", "view", "materialized view", "foreign table")


def check(form: forms.SetSchema, at: Situation) -> Iterator[Found]:
    old, new = form.name, Relation(form.name.name, form.schema)
    if not at.concerns(old) or not at.concerns_type(old) or at.schema.key(old) == new:
        return
    if comeback.of_relation(at, old):
        return
    move = f"ALTER {form.kind.upper()} {spell.relation(old)} SET SCHEMA {spell.name(form.schema)}"
    instead = comeback.view_in_place(move, old, new, at_once=not at.autocommit)
    yield Found(
        f"the release that runs fails when it looks for {form.kind} {at.schema.key(old)}, which becomes {new}",
        instead=instead if form.kind in _RELATIONS else f"# make a second one, {new}; drop {old} when no code uses it",
        handled=False,
    )
