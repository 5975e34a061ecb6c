"""hash-index: an index USING hash.

Why      It serves = alone: no order, no range, no uniqueness, no second column, no index-only scan. A btree serves all
         of that and is about as fast.
Bad      op.create_index("ix_orders_note", "orders", ["note"], postgresql_using="hash")
Instead  op.create_index("ix_orders_note", "orders", ["note"])

It has its place where values are very long.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.INFO
DEFAULT = False


def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
    if form.method != "hash":
        return
    columns = form.columns or ("…",)
    how = {"postgresql_concurrently": True} if form.concurrently else {}
    index = spell.call(
        "create_index", form.name or None, form.relation.name, columns, **spell.schema(form.relation), **how
    )
    yield Found(
        f"{form.name or 'an index'} on {form.relation} serves = alone, and never an order, a range or uniqueness",
        instead=spell.autocommit(index) if form.concurrently else index,
        impact=Impact(),
    )
