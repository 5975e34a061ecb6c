"""One batch, and one second visit: each a short transaction that changes rows and journals that it did.

Neither retries nor waits; what goes wrong is raised as the driver has it, with the transaction left to be abandoned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from safemigrate import sql
from safemigrate.backfill import keyset, ranges
from safemigrate.backfill.keyset import Changed, Key
from safemigrate.backfill.ranges import Place, Range
from safemigrate.backfill.spec import Spec
from safemigrate.journal import FencedOff

MOST_AT_ONCE = 500
"""Rows of one second visit."""


class StillMatching(Exception):
    """A row that was changed meets the condition all the same, where nothing else tells what is done."""


@dataclass(frozen=True, slots=True)
class Done:
    """A batch that is committed: its range as it is now, and how many *rows* it went through."""

    part: Range
    changed: Changed
    rows: int


def batch(
    connection: psycopg.Connection[Any], opening: str, spec: Spec, place: Place, part: Range, size: int
) -> Done:  # fmt: skip
    """The next *size* rows of *part*, in a transaction that *opening* begins."""
    connection.execute(opening.encode())
    last = keyset.last_of_next(connection, spec, part.done_to, part.high, size)
    to = part.high if last is None else last
    changed = keyset.change(connection, spec, keyset.between(part.done_to, to), place.key)
    if spec.by_place and changed.still:
        raise StillMatching
    after = ranges.advance(connection, place, part, to, changed)
    connection.execute("COMMIT")
    return Done(after, changed, size if last is not None else changed.changed)


def visit_again(
    connection: psycopg.Connection[Any], opening: str, spec: Spec, place: Place, after: Key | None
) -> tuple[list[Key], Changed]:
    """The rows that were locked, the next of them after key *after*; what is locked again is noted again."""
    connection.execute(opening.encode())
    values = {"after": list(after) if after is not None else None, "most": MOST_AT_ONCE, **place.step}
    keys: list[Key] = [row[0] for row in connection.execute(_query("take_skipped"), values)]
    changed = keyset.change(connection, spec, keyset.among(keys), place.key) if keys else Changed(0, 0, 0)
    counted = {"run": place.run, "changed": changed.changed, "still": changed.still, **place.step}
    if connection.execute(_query("count_rows"), counted).fetchone() is None:
        raise FencedOff
    connection.execute("COMMIT")
    return keys, changed


def skipped(connection: psycopg.Connection[Any], place: Place) -> int:
    """How many rows are still to be visited again."""
    row = connection.execute(_query("skipped_count"), place.step).fetchone()
    return int(row[0]) if row else 0


def holders(connection: psycopg.Connection[Any], spec: Spec, place: Place) -> list[int]:
    """The backends whose transactions hold the rows that are to be visited again, as far as their locks tell."""
    keys = [row[0] for row in connection.execute(_query("some_skipped"), place.step)]
    if not keys:
        return []
    xids = keyset.lockers(connection, spec, keys)
    return [row[0] for row in connection.execute(_query("holders"), {"xids": xids})]


def _query(name: str) -> Any:
    return sql.queries("backfill")[name]
