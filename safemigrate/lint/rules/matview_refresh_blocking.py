"""matview-refresh-blocking: REFRESH MATERIALIZED VIEW without CONCURRENTLY.

Why      It takes ACCESS EXCLUSIVE on the view while its query runs and its indexes are built: nobody reads it
         meanwhile. WITH NO DATA is instant, but nobody can read the view after it.
Bad      op.execute("REFRESH MATERIALIZED VIEW order_totals")
Instead  op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals")

CONCURRENTLY needs a unique index over columns of the view, and a view that has been filled. Silent for views that are
new or have not been filled: nobody reads them yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, Table, forms

SEVERITY = Severity.WARNING


def check(form: forms.RefreshMatview, at: Situation) -> Iterator[Found]:
    view = at.table(form.relation)
    if form.concurrently or not at.concerns(form.relation) or (view and not view.filled):
        return
    keyed = view is None or _keyed(view)
    refresh = spell.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {spell.relation(form.relation)}")
    blocked = f"refreshing {form.relation} blocks reads of it while its query runs"
    yield Found(
        blocked if form.filled else f"{form.relation} is emptied: whoever reads it gets an error until it is filled",
        instead=refresh if keyed else f"# after a unique index over columns of {form.relation}:\n{refresh}",
        handled=keyed and form.filled,
        impact=None if form.filled else Impact(),
        fixable=view is not None and view.filled and keyed,
    )


def _keyed(view: Table) -> bool:
    return any(index.unique and index.columns and not index.partial for index in view.indexes.values())
