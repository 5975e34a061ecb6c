"""REFRESH MATERIALIZED VIEW, concurrently.

Why      it takes ACCESS EXCLUSIVE on the view while its query runs and its indexes are built: nobody reads meanwhile.
When     the view is old and large, has been filled, and has a unique index over columns, without WHERE.
Parts    REFRESH MATERIALIZED VIEW CONCURRENTLY, under EXCLUSIVE: who reads goes on, another refresh waits.
Undo     none: what the view shows follows from what it reads.
Failure  nothing: it is one transaction.
As written  WITH NO DATA, which is instant; a view that is empty, or without such an index.
"""

from __future__ import annotations

from safemigrate.plan.split.base import Answer, Part, Situation, Split
from safemigrate.statement import forms, parser
from safemigrate.statement.edit import indexes as edit

FAMILY = "refresh concurrently"


def refresh(form: forms.RefreshMatview, sql: str, situation: Situation) -> Answer:
    row = None if form.concurrently else situation.concerned(form.relation)
    if row is None or row["kind"] != "m":
        return None
    try:
        if edit.leaves_empty(sql):
            return None
        state = situation.catalog.row("refreshable", oid=row["oid"])
        if state is None or not state["populated"]:
            return "as written: a view that has not been filled yet cannot be refreshed concurrently"
        if not state["keyed"]:
            return "as written: without a unique index over columns it cannot be refreshed concurrently"
        return Split(FAMILY, (Part((edit.refresh_concurrently(sql),)),))
    except parser.Unparsable as error:
        return f"as written: {error}"
