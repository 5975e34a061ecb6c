"""enum-value-order: a label is added to an enum without saying where.

Why      It goes to the end, and ORDER BY, < and max() go by the order of the labels. It cannot be moved later.
Bad      op.execute("ALTER TYPE order_state ADD VALUE 'packed'")
Instead  op.execute("ALTER TYPE order_state ADD VALUE 'packed' BEFORE 'sent'")
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.INFO
DEFAULT = False
STYLE = True


def check(form: forms.AddEnumValue, at: Situation) -> Iterator[Found]:
    if form.beside:
        return
    labels = at.schema.enums.get(at.schema.key(form.type), [])
    last = spell.literal(labels[-1]) if labels else "'the label before it'"
    exists = "IF NOT EXISTS " if form.if_not_exists else ""
    new = spell.literal(form.value)
    yield Found(
        f"{new} goes to the end of {form.type}{f', after {last}' if labels else ''}: say so, or where it belongs",
        instead=spell.execute(f"ALTER TYPE {spell.relation(form.type)} ADD VALUE {exists}{new} AFTER {last}"),
        impact=Impact(),
    )
