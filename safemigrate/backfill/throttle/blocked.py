"""Batches wait while somebody waits for us."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import psycopg

from safemigrate.locks import inspect


class Blocked:
    """Holds while a session has waited for one of our backends for longer than *longest* seconds.

    Between its batches a worker holds no lock: those who wait do so behind another worker, or behind a VACUUM.
    """

    def __init__(self, pids: Callable[[], Collection[int]], longest: float) -> None:
        self._pids = pids
        self._longest = longest

    def reason(self, connection: psycopg.Connection[Any], now: float) -> str:
        waiting = [each for each in inspect.waiters(connection, self._pids()) if each.seconds > self._longest]
        if not waiting:
            return ""
        who = " ".join(filter(None, [f"pid {waiting[0].pid}", waiting[0].application]))
        more = f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
        return f"{who} waits for us for {inspect.duration(waiting[0].seconds)}{more}"
