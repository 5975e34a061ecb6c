"""Which locks somebody holds on the application's relations, and for how long: ``pg_locks``, looked at again and again.

A session of its own asks every few milliseconds; how long one transaction was seen to hold a lock is the time between
the first and the last look that showed it, so that a hold shorter than *EVERY* may be missed, and each is short by up
to twice as much.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import psycopg

EVERY = 0.002
BLOCKING = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
"""The modes that stop writes, or reads and writes (manual, table 13.2). Only REFRESH writes to a materialized view:
there only the last one stops anybody.
"""

_QUERY = """
    SELECT virtualtransaction, mode
    FROM pg_locks JOIN pg_class AS class ON class.oid = relation
    WHERE locktype = 'relation' AND granted AND relation = ANY (%(relations)s) AND pid <> ALL (%(others)s)
      AND mode = ANY (%(modes)s) AND (class.relkind <> 'm' OR mode = 'AccessExclusiveLock')
"""


class Looking:
    """Looks every so many seconds until the end of the block, over a session and in a thread of its own."""

    def __init__(self, dsn: str, every: float) -> None:
        self.connection = psycopg.connect(dsn, autocommit=True, application_name="watch")
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def look(self) -> None:
        """One look."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self.connection.close()

    def _run(self) -> None:
        while not self._over.wait(self._every):
            self.look()


class Watch(Looking):
    """*longest* is how long a lock was held, in seconds by mode, over all transactions.

    Sessions that are there at the start (the application's) are left out.
    """

    def __init__(self, dsn: str, modes: tuple[str, ...] = BLOCKING) -> None:
        super().__init__(dsn, EVERY)
        relations = "SELECT oid::bigint FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND oid >= 16384"
        others = "SELECT pid FROM pg_stat_activity WHERE pid IS NOT NULL"
        self._parameters = {
            "relations": [row[0] for row in self.connection.execute(relations).fetchall()],
            "others": [row[0] for row in self.connection.execute(others).fetchall()],
            "modes": list(modes),
        }
        self._first: dict[tuple[str, str], float] = {}
        self.longest: dict[str, float] = {}

    @property
    def worst(self) -> float:
        return max(self.longest.values(), default=0.0)

    def look(self) -> None:
        rows = self.connection.execute(_QUERY, self._parameters, prepare=True).fetchall()
        self._note([(transaction, mode) for transaction, mode in rows], time.monotonic())

    def _note(self, seen: list[tuple[str, str]], now: float) -> None:
        for key in set(self._first) - set(seen):
            del self._first[key]
        for key in seen:
            held = now - self._first.setdefault(key, now)
            self.longest[key[1]] = max(self.longest.get(key[1], 0.0), held)


def words(longest: Mapping[str, float]) -> str:
    """The strongest modes with their times, for people."""
    return ", ".join(f"{mode.removesuffix('Lock')} {seconds * 1000:.0f} ms" for mode, seconds in longest.items())
