"""The pause switch: a row in ``safemigrate.pause`` for which the batches of its scope stand still.

Only batches: a step that is no batched one runs as it would, and a batch that has begun comes to its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from safemigrate import sql


@dataclass(frozen=True, slots=True)
class Pause:
    """Who paused the batches, when, and why ("" where nobody said)."""

    reason: str
    user: str
    since: datetime

    def __str__(self) -> str:
        since = f"paused by {self.user} since {self.since:%Y-%m-%d %H:%M:%S %Z}".rstrip()
        return f"{since}: {self.reason}" if self.reason else since


def find(connection: psycopg.Connection[Any], scope: str) -> Pause | None:
    """The pause of *scope*; None when there is none. The journal's tables must be there."""
    with connection.cursor(row_factory=class_row(Pause)) as cursor:
        return cursor.execute(sql.queries("throttle")["paused"], {"scope": scope}).fetchone()


def begin(connection: psycopg.Connection[Any], scope: str, reason: str) -> Pause | None:
    """Pause the batches of *scope*; the pause that this one takes the place of."""
    with connection.transaction():
        before = find(connection, scope)
        connection.execute(sql.queries("throttle")["pause"], {"scope": scope, "reason": reason})
    return before


def end(connection: psycopg.Connection[Any], scope: str) -> Pause | None:
    """Let the batches of *scope* go on; the pause that is over, None when there was none."""
    with connection.transaction():
        before = find(connection, scope)
        connection.execute(sql.queries("throttle")["resume"], {"scope": scope})
    return before
