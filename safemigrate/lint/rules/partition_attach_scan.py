"""partition-attach-scan: ATTACH PARTITION of an existing table whose rows have to be checked.

Why      It takes ACCESS EXCLUSIVE on the new partition until all of its rows are read, for one that is outside of the
         bound; and on the DEFAULT partition, for one that is inside: nobody reads or writes them meanwhile.
Bad      op.execute("ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
Instead  the same, after a validated CHECK on events_2026 that says what the bound says

Silent where there is such a check, and for a partition that is new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import partitioned
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.AttachPartition, at: Situation) -> Iterator[Found]:
    scanned = [at.shown(table) for table in at.impact(form).scans if at.concerns(table)]
    if not scanned:
        return
    yield Found(
        f"all of {' and of '.join(map(str, scanned))} is read while reads and writes of it are blocked",
        instead=partitioned.attached(form, scanned, at),
        handled=partitioned.bound(form, at) is not None,
    )
