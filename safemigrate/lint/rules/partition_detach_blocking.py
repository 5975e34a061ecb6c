"""partition-detach-blocking: DETACH PARTITION without CONCURRENTLY.

Why      It takes ACCESS EXCLUSIVE on the partitioned table: every query on any of its partitions waits, also while it
         waits itself for those under way.
Bad      op.execute("ALTER TABLE events DETACH PARTITION events_2024")
Instead  with op.get_context().autocommit_block():
             op.execute("ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY")

With a DEFAULT partition PostgreSQL refuses CONCURRENTLY. Silent for tables that are new or temporary, and for FINALIZE.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.DetachPartition, at: Situation) -> Iterator[Found]:
    if form.concurrently or form.finalize or not at.concerns(form.relation):
        return
    sql = f"ALTER TABLE {spell.relation(form.relation)} DETACH PARTITION {spell.relation(form.partition)}"
    refused = any(each.default_partition for each in at.schema.partitions(form.relation))
    online = spell.autocommit(spell.execute(f"{sql} CONCURRENTLY"))
    window = "\n".join([spell.execute("SET LOCAL lock_timeout = '2s'"), spell.execute(sql)])
    yield Found(
        f"detaching {form.partition} stops reads and writes of {form.relation} and all of its partitions, also while "
        "it waits for those under way",
        instead=window if refused else online,
        handled=not refused,
    )
