"""hash-index: an index USING hash.

Why      It serves = alone: no order, no range, no uniqueness, no second column, no index-only scan. A btree serves all
         of that and is about as fast.
Bad      op.create_index("ix_orders_note", "orders", ["note"], postgresql_using="hash")
Instead  op.create_index("ix_orders_note", "orders", ["note"])

It has its place where values are very long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.INFO
DEFAULT = False

_HASH = re.compile(r"\s+USING\s+hash\b", re.IGNORECASE)


def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
    if form.method != "hash":
        return
    concurrently = form.concurrently or at.concerns(form.relation)
    index = spell.create_index(replace(form, method="btree"), _HASH.sub("", at.sql), concurrently=concurrently)
    yield Found(
        f"{form.name or 'an index'} on {form.relation} serves = alone, and never an order, a range or uniqueness",
        instead=spell.autocommit(index) if concurrently else index,
        impact=Impact(),
    )
