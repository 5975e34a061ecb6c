"""concurrently-in-transaction: CONCURRENTLY inside of a transaction block.

Why      PostgreSQL refuses it (25001): the deploy fails there.
Bad      op.create_index("ix_orders_user", "orders", ["user_id"], postgresql_concurrently=True)
Instead  with op.get_context().autocommit_block():
             op.create_index("ix_orders_user", "orders", ["user_id"], postgresql_concurrently=True)
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(
    form: forms.CreateIndex | forms.DropIndex | forms.Reindex | forms.DetachPartition, at: Situation
) -> Iterator[Found]:
    if not form.concurrently or at.autocommit:
        return
    yield Found(
        "CONCURRENTLY cannot run inside of a transaction block: it fails",
        instead=spell.autocommit(at.source or spell.execute(at.sql)),
        handled=True,
        impact=Impact(),
        fixable=True,
    )
