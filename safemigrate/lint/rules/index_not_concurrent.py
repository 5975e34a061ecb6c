"""index-not-concurrent: CREATE INDEX without CONCURRENTLY on an existing table.

Why      It takes a SHARE lock: writes to the table wait until the index is built, which reads the whole table.
Bad      op.create_index("ix_orders_user", "orders", ["user_id"])
Instead  with op.get_context().autocommit_block():
             op.create_index("ix_orders_user", "orders", ["user_id"], postgresql_concurrently=True)

In a revision of its own: what stands before the block is committed without its version.
Silent for tables that are new or temporary, and for IF NOT EXISTS of an index that is there. An index on a partitioned
table is partitioned-index-blocking.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
    table = at.table(form.relation)
    if form.concurrently or not at.concerns(form.relation) or (table and table.partitioned):
        return
    if form.if_not_exists and table and form.name in table.indexes:
        return
    yield Found(
        f"{spell.called(form)} blocks writes to {form.relation} while it is built",
        instead=spell.autocommit(spell.create_index(form, at.sql)),
        handled=True,
        fixable=table is not None and table.seen,
    )
