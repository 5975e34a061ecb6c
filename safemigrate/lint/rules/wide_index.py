"""wide-index: an index of more than three columns.

Why      Each write keeps it up to date, and it is large. A query that compares less than its first columns hardly gains
         from the others: the first one or two nearly always do.
Bad      op.create_index("ix_orders", "orders", ["account_id", "state", "placed_at", "total"])
Instead  op.create_index("ix_orders", "orders", ["account_id", "state"])

Silent for unique indexes, which mean their columns. Columns of INCLUDE count.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.INFO
DEFAULT = False

MOST = 3


def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
    if form.unique or len(form.columns) <= MOST:
        return
    yield Found(
        f"{form.name or 'an index'} on {form.relation} has {len(form.columns)} columns: every write pays for each",
        instead=f"# where the first ones find few enough rows:\n{_fewer(form, at)}",
        impact=Impact(),
    )


def _fewer(form: forms.CreateIndex, at: Situation) -> str:
    columns, table = form.columns[:2], form.relation.name
    concurrently = form.concurrently or at.concerns(form.relation)
    how = {"postgresql_concurrently": True} if concurrently else {}
    name = form.name or f"ix_{table}_{'_'.join(columns)}"
    index = spell.call("create_index", name, table, columns, **spell.schema(form.relation), **how)
    return spell.autocommit(index) if concurrently else index
