"""rename-enum-value: a label of an enum gets another name under the running release.

Why      The release that runs writes the old label, which is an error from then on, and cannot read the new one.
Bad      op.execute("ALTER TYPE order_state RENAME VALUE 'sent' TO 'shipped'")
Instead  op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'shipped' AFTER 'sent'")
         then a release that reads both and writes the new one, and an UPDATE of the rows in batches

Silent for types that are new.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(form: forms.RenameEnumValue, at: Situation) -> Iterator[Found]:
    if not at.concerns_type(form.type):
        return
    old, new = spell.literal(form.value), spell.literal(form.new)
    added = f"ALTER TYPE {spell.relation(form.type)} ADD VALUE IF NOT EXISTS {new} AFTER {old}"
    yield Found(
        f"the release that runs fails when it writes {old} to {form.type}, or reads {new}",
        instead=f"# then a release that reads both and writes {new}, then an UPDATE of the rows in batches\n"
        + spell.execute(added),
        handled=False,
    )
