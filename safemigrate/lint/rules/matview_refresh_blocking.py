"""matview-refresh-blocking: REFRESH MATERIALIZED VIEW without CONCURRENTLY.

Why      It takes ACCESS EXCLUSIVE on the view while its query runs and its indexes are built: nobody reads it
         meanwhile.
Bad      op.execute("REFRESH MATERIALIZED VIEW order_totals")
Instead  op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals")

CONCURRENTLY needs a unique index over columns of the view, and a view that has been filled. Silent for views that are
new.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import spell
from safemigrate.lint.rule import Found, Severity, Situation, Table, forms

SEVERITY = Severity.WARNING


def check(form: forms.RefreshMatview, at: Situation) -> Iterator[Found]:
    if form.concurrently or not at.concerns(form.relation):
        return
    view = at.table(form.relation)
    keyed = view is None or _keyed(view)
    refresh = spell.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {spell.relation(form.relation)}")
    yield Found(
        f"refreshing {form.relation} blocks reads of it while its query runs",
        instead=refresh if keyed else f"# after a unique index over columns of {form.relation}:\n{refresh}",
        handled=keyed,
        fixable=view is not None and view.filled and keyed,
    )


def _keyed(view: Table) -> bool:
    return any(index.unique and index.columns and not index.partial for index in view.indexes.values())
