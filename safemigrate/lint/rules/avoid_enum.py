"""avoid-enum: a new enum type.

Why      A label can be added, but never taken away or moved; the change to another type rewrites every table with it. A
         text column with a CHECK, or a table of the values with a foreign key, can be changed at any time.
Bad      sa.Enum("new", "paid", name="order_state").create(op.get_bind())
Instead  sa.Column("state", sa.Text()), sa.CheckConstraint("state IN ('new', 'paid')", name="orders_state_check")
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.INFO
DEFAULT = False
STYLE = True


def check(form: forms.Create, at: Situation) -> Iterator[Found]:
    if form.kind != "enum":
        return
    column = spell.name(form.name.name)
    check = f"{column} IN ({', '.join(map(spell.literal, form.labels))})"
    yield Found(
        f"the labels of {form.name} can be added to, but never taken away or moved",
        instead=f"sa.Column({spell.quoted(form.name.name)}, sa.Text()),\n"
        f"sa.CheckConstraint({spell.quoted(check)}, name={spell.quoted(f'{form.name.name}_check')}),",
        impact=Impact(),
    )
