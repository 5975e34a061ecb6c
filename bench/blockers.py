"""What a migration meets in the field: transactions that hold a table while it wants it. Context managers.

    with blockers.hold_row_lock(dsn, "requests", 3.0) as blocker:    # the lock is held when the block begins
        migrate()
    print(blocker.ended)                                             # by time.monotonic

Each ends by itself after its time, or when the block ends, whichever is first, and leaves no session behind.
"""

from __future__ import annotations

import contextlib
import math
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

APPLICATION = "blocker"


@dataclass
class Blocker:
    """Sessions that hold something; *began* and *ended* by ``time.monotonic`` (*ended* is 0 while they do)."""

    began: float = 0.0
    ended: float = 0.0
    pids: list[int] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it let go by itself; False when *timeout* seconds were not enough."""
        return self.done.wait(timeout)


@contextmanager
def hold_row_lock(
    dsn: str, table: str, seconds: float, row: tuple[str, object] | None = None, *, idle: bool = True
) -> Iterator[Blocker]:
    """A transaction that locked one row of *table* (*row* is a column and its value) and then does nothing.

    With ``idle=False`` it is in a statement all the while, rather than idle in transaction.
    """
    name = sql.Identifier(*table.split("."))
    query = sql.SQL("SELECT 1 FROM {} LIMIT 1 FOR UPDATE").format(name)
    if row:
        condition = sql.SQL("{} = {}").format(sql.Identifier(row[0]), sql.Literal(row[1]))
        query = sql.SQL("SELECT 1 FROM {} WHERE {} FOR UPDATE").format(name, condition)

    def hold(connection: psycopg.Connection, blocker: Blocker) -> None:
        if idle:
            blocker.stopped.wait(seconds)
        else:
            connection.execute("SELECT pg_sleep(%s)", [seconds])

    with _transaction(dsn, query, hold) as blocker:
        yield blocker


@contextmanager
def long_select(dsn: str, table: str, seconds: float) -> Iterator[Blocker]:
    """A transaction that reads *table* and goes on reading for *seconds*: a report, a dump."""
    query = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(*table.split(".")))

    def hold(connection: psycopg.Connection, blocker: Blocker) -> None:
        connection.execute("SELECT pg_sleep(%s)", [seconds])

    with _transaction(dsn, query, hold) as blocker:
        yield blocker


@contextmanager
def dense_transactions(
    dsn: str, table: str, min_ms: float = 2.0, max_ms: float = 100.0, concurrency: int = 4, seconds: float = 600.0
) -> Iterator[Blocker]:
    """*concurrency* sessions that write to *table* in one transaction after the other, of *min_ms* to *max_ms* each.

    Lengths are drawn so that each order of magnitude is as likely: many short ones, and always a few long ones.
    """
    query = sql.SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(sql.Identifier(*table.split(".")))
    blocker = Blocker()
    deadline = time.monotonic() + seconds

    def one_after_the_other(connection: psycopg.Connection, draw: random.Random) -> None:
        while not blocker.stopped.is_set() and time.monotonic() < deadline:
            length = math.exp(draw.uniform(math.log(min_ms), math.log(max_ms))) / 1000
            with contextlib.suppress(psycopg.errors.QueryCanceled), connection.transaction():
                connection.execute(query)
                blocker.stopped.wait(length)

    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(_connect(dsn)) for _ in range(concurrency)]
        threads = [
            threading.Thread(target=one_after_the_other, args=[connection, random.Random()], daemon=True)
            for connection in connections
        ]
        blocker.pids = [connection.info.backend_pid for connection in connections]
        for thread in threads:
            thread.start()
        blocker.began = time.monotonic()
        try:
            yield blocker
        finally:
            _end(blocker, threads, connections)


@contextmanager
def _transaction(
    dsn: str, query: sql.Composed, hold: Callable[[psycopg.Connection, Blocker], None]
) -> Iterator[Blocker]:
    """A transaction that ran *query*, in a thread that does *hold* and then commits."""
    blocker = Blocker()
    with _connect(dsn) as connection:
        connection.execute("BEGIN")
        connection.execute(query)
        blocker.pids = [connection.info.backend_pid]
        blocker.began = time.monotonic()

        def run() -> None:
            # Cancelled when the block ends first, or terminated by whom it blocks: either way it holds no more.
            with contextlib.suppress(psycopg.errors.QueryCanceled, psycopg.OperationalError):
                hold(connection, blocker)
                connection.execute("COMMIT")
            blocker.ended = time.monotonic()
            blocker.done.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield blocker
        finally:
            _end(blocker, [thread], [connection])


def _end(blocker: Blocker, threads: list[threading.Thread], connections: list[psycopg.Connection]) -> None:
    """Let go now: wake what sleeps here, cancel what sleeps in the server, and wait for both."""
    blocker.stopped.set()
    for thread, connection in zip(threads, connections, strict=True):
        thread.join(0.05)
        while thread.is_alive():
            with contextlib.suppress(psycopg.Error):
                connection.cancel_safe(timeout=1)
            thread.join(0.2)
    blocker.ended = blocker.ended or time.monotonic()
    blocker.done.set()


def _connect(dsn: str) -> psycopg.Connection:
    return psycopg.connect(dsn, autocommit=True, application_name=APPLICATION)
