"""offline-incompatible: the revision asks the database for rows, or for what is there.

Why      alembic upgrade --sql has no database to ask: it fails, or writes half of the script. What the revision does
         hangs on the data that it meets, so that no look at it beforehand is whole.
Bad      if "note" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("orders")}:
             op.add_column("orders", sa.Column("note", sa.Text()))
Instead  op.add_column("orders", sa.Column("note", sa.Text()), if_not_exists=True)
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Impact, Reading, Severity, Situation

SEVERITY = Severity.INFO


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    asking = (*reading.reads, *reading.asks)
    if not asking:
        return
    yield Found(
        "the database is asked here: alembic upgrade --sql has no answer to it",
        handled=None,
        impact=Impact(),
        line=min(asking),
    )
