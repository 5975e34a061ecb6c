"""Batches wait while the server writes too much WAL."""

from __future__ import annotations

from typing import Any

import psycopg

from safemigrate import sql

MEGABYTE = 1024 * 1024


class WalRate:
    """Holds while the server, our batches included, wrote more than *most* MB of WAL a second since the last look.

    Batches that write more than that alone go on and stand still in turn, and keep the rate on average.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._last: tuple[float, int] | None = None

    def reason(self, connection: psycopg.Connection[Any], now: float) -> str:
        position = written(connection)
        before, self._last = self._last, (now, position)
        if before is None or now <= before[0]:
            return ""
        rate = (position - before[1]) / (now - before[0]) / MEGABYTE
        return f"the server writes {rate:.0f} MB of WAL a second" if rate > self._most else ""


def written(connection: psycopg.Connection[Any]) -> int:
    """How many bytes of WAL the server has written since it was made."""
    row = connection.execute(sql.queries("throttle")["wal"], prepare=True).fetchone()
    assert row is not None
    return int(row[0])
