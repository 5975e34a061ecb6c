"""drop-index-not-concurrent: DROP INDEX without CONCURRENTLY on an existing table.

Why      It takes ACCESS EXCLUSIVE on the index's table. It is done in an instant, but waits for whoever uses the
         table, and meanwhile all reads and writes that come after it wait behind it.
Bad      op.drop_index("ix_orders_user", table_name="orders")
Instead  with op.get_context().autocommit_block():
             op.drop_index("ix_orders_user", table_name="orders", postgresql_concurrently=True)

In a revision of its own: what stands before the block is committed without its version.
Silent for tables that are new or temporary. The index behind a key is drop-constraint-index.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, Table, forms

SEVERITY = Severity.WARNING


def check(form: forms.DropIndex, at: Situation) -> Iterator[Found]:
    known = at.schema.index(form.index)
    table = known[0] if known else None
    if form.concurrently or (known and (known[1].constraint or not at.concerns(known[0].name))):
        return
    if form.if_exists and known is None and at.schema.whole:
        return
    refused = form.cascade or (table is not None and table.partitioned)
    yield Found(
        f"dropping index {form.index} stops reads and writes of {at.shown(table.name) if table else 'its table'}, "
        "also while it waits for those under way",
        instead=_in_a_short_window(at) if refused else _concurrently(form, table, at),
        handled=not refused,
        fixable=table is not None and table.seen and not refused,
    )


def _concurrently(form: forms.DropIndex, table: Table | None, at: Situation) -> str:
    return spell.autocommit(
        spell.drop_index(form.index, at.shown(table.name) if table else None, if_exists=form.if_exists)
    )


def _in_a_short_window(at: Situation) -> str:
    """CONCURRENTLY has no CASCADE, and is refused for the index of a partitioned table."""
    return "\n".join([spell.execute("SET LOCAL lock_timeout = '2s'"), spell.execute(at.sql)])
