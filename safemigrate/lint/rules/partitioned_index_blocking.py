"""partitioned-index-blocking: CREATE INDEX on a partitioned table.

Why      It takes SHARE on the table and on every partition, and holds them until the last one is read: nobody writes
         to any of them meanwhile. CONCURRENTLY is refused there.
Bad      op.create_index("ix_events_account", "events", ["account_id"])
Instead  op.execute("CREATE INDEX ix_events_account ON ONLY events (account_id)")
         # in the next revision:
         with op.get_context().autocommit_block():
             op.create_index("ix_events_2025_account", "events_2025", ["account_id"], postgresql_concurrently=True)
             op.execute("ALTER INDEX ix_events_account ATTACH PARTITION ix_events_2025_account")

Silent for ON ONLY, which builds nothing, and for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import partitioned, spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
    table = at.table(form.relation)
    if table is None or not table.partitioned or form.only or form.concurrently or not at.concerns(form.relation):
        return
    if form.if_not_exists and form.name in table.indexes:
        return
    yield Found(
        f"{spell.called(form)} blocks writes to {form.relation} and all of its partitions while it is built",
        instead=partitioned.index(form, at),
        handled=True,
    )
