"""Batches wait while many other sessions are at work."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import psycopg

from safemigrate import sql


class ActiveSessions:
    """Holds while more than *most* sessions besides ours are active."""

    def __init__(self, pids: Callable[[], Collection[int]], most: int) -> None:
        self._pids = pids
        self._most = most

    def reason(self, connection: psycopg.Connection[Any], now: float) -> str:
        active = others(connection, self._pids())
        return f"{active} other sessions are active" if active > self._most else ""


def others(connection: psycopg.Connection[Any], pids: Collection[int]) -> int:
    """How many sessions besides *pids* and this one are at work now, in any database of the server."""
    row = connection.execute(sql.queries("throttle")["active"], {"pids": list(pids)}, prepare=True).fetchone()
    assert row is not None
    return int(row[0])
