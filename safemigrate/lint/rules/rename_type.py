"""rename-type: a type or domain gets another name under the running release.

Why      The release that runs casts to the old name (SQLAlchemy does for every value of an Enum), and fails then.
Bad      op.execute("ALTER TYPE order_state RENAME TO state_of_order")
Instead  the name as it is: sa.Enum(State, name="order_state") in the model says which type it means

Silent for types that are new.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(form: forms.Rename, at: Situation) -> Iterator[Found]:
    if form.kind not in ("type", "domain") or not at.concerns_type(form.name):
        return
    yield Found(
        f"the release that runs fails when it casts to {form.name}, which becomes {form.new}",
        instead=f"# no revision: the model keeps the name of the type, name={spell.quoted(form.name.name)}",
        handled=False,
    )
