"""Sessions that are in the way, on a real server: the ``blocker`` fixture makes them and clears them away again.

Each method opens a session of its own and returns it once it holds what it says. ``release`` ends it; what is not
released is ended after the test.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from psycopg import conninfo, sql

from safemigrate import scratch
from safemigrate.facts import LockMode


def identifier(name: str) -> sql.Identifier:
    """*name* may be qualified with a schema."""
    return sql.Identifier(*name.split("."))


@dataclass(eq=False)
class Blocker:
    """One session in a transaction, idle between its statements; *pid* is its backend's."""

    connection: psycopg.Connection
    gid: str = ""
    thread: threading.Thread | None = None

    @property
    def pid(self) -> int:
        return self.connection.info.backend_pid

    def release(self) -> None:
        """End the transaction and the session; a prepared transaction is rolled back."""
        if self.connection.closed:
            return
        if self.thread is not None:
            self.connection.cancel_safe(timeout=5)
            self.thread.join(10)
        if self.gid:
            self.connection.execute(sql.SQL("ROLLBACK PREPARED {}").format(sql.Literal(self.gid)))
        self.connection.close()


@dataclass
class Blockers:
    """The factory. *dsn* is the database's; *application* names the sessions as an application would."""

    dsn: str
    application: str = "app"
    made: list[Blocker] = field(default_factory=list)

    def session(self, *, application: str = "", autocommit: bool = False, user: str = "") -> Blocker:
        """A session in no transaction yet, of the role *user* (made if need be) or of the superuser."""
        session = {"application_name": application or self.application}
        if user:
            self.role(user)
            session |= {"user": user, "password": user}
        dsn = conninfo.make_conninfo(self.dsn, **session)
        blocker = Blocker(psycopg.connect(dsn, autocommit=autocommit))
        self.made.append(blocker)
        return blocker

    def hold(self, table: str, mode: LockMode = LockMode.ACCESS_SHARE, *, user: str = "") -> Blocker:
        """A transaction that holds a table lock of *mode*, as a statement that has ended leaves it."""
        blocker = self.session(user=user)
        statement = sql.SQL("LOCK TABLE {} IN {} MODE").format(identifier(table), sql.SQL(mode.sql))
        blocker.connection.execute(statement)
        return blocker

    def row_lock(self, table: str, *, user: str = "") -> Blocker:
        """A transaction that holds the lock of one row, and ROW SHARE on its table."""
        blocker = self.session(user=user)
        row = blocker.connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1 FOR UPDATE").format(identifier(table)))
        assert row.fetchone() is not None, f"{table} has no row to lock"
        return blocker

    def idle_in_transaction(self, table: str, *, user: str = "") -> Blocker:
        """A transaction that read from the table and then does nothing: ACCESS SHARE for as long as it likes."""
        blocker = self.session(user=user)
        blocker.connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(identifier(table)))
        return blocker

    def long_select(self, table: str, seconds: float = 60.0, *, user: str = "") -> Blocker:
        """A SELECT on the table that is still running."""
        query = sql.SQL("SELECT pg_sleep({}) FROM (SELECT 1 FROM {} LIMIT 1) t")
        return self.running(query.format(sql.Literal(seconds), identifier(table)), user=user)

    def running(self, statement: sql.SQL | sql.Composed, *, user: str = "") -> Blocker:
        """A session whose statement runs, or waits for a lock, in a thread until it is released."""
        blocker = self.session(autocommit=True, user=user)
        blocker.thread = threading.Thread(target=_ignoring_cancel, args=(blocker.connection, statement), daemon=True)
        blocker.thread.start()
        with self.observer() as connection:
            until(lambda: _active(connection, blocker.pid))
        return blocker

    def prepared(self, table: str, gid: str = "left behind") -> Blocker:
        """A prepared transaction that wrote to the table; its session is another, and idle."""
        blocker = self.session(autocommit=True)
        blocker.connection.execute("BEGIN")
        blocker.connection.execute(sql.SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(identifier(table)))
        blocker.connection.execute("SELECT pg_current_xact_id()")
        blocker.connection.execute(sql.SQL("PREPARE TRANSACTION {}").format(sql.Literal(gid)))
        blocker.gid = gid
        return blocker

    def snapshot(self) -> Blocker:
        """A REPEATABLE READ transaction with a snapshot and no table lock: what a concurrent build waits for."""
        blocker = self.session()
        blocker.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        blocker.connection.execute("SELECT txid_current_snapshot()")
        return blocker

    def advisory(self, key: int) -> Blocker:
        """A session that holds an advisory lock."""
        blocker = self.session(autocommit=True)
        blocker.connection.execute("SELECT pg_advisory_lock(%s)", [key])
        return blocker

    def role(self, name: str) -> None:
        """A role that may log in with its name as password, read and write everything, and nothing else."""
        with self.observer() as connection:
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
                statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE pg_read_all_data, pg_write_all_data")
                connection.execute(statement.format(sql.Identifier(name), sql.Literal(name)))

    def observer(self) -> psycopg.Connection:
        """A session that looks on: autocommit, closed by its ``with``."""
        return psycopg.connect(self.dsn, autocommit=True, application_name="observer")

    def release(self) -> None:
        # The last first: a session that waits for an earlier one is cancelled before the earlier one ends.
        while self.made:
            self.made.pop().release()


def until(condition: Callable[[], object], *, seconds: float = 10.0) -> None:
    """Wait for *condition* to become true; that it does not within *seconds* is a failure."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.005)


def _ignoring_cancel(connection: psycopg.Connection, statement: sql.SQL | sql.Composed) -> None:
    try:
        connection.execute(statement)
    except (psycopg.errors.QueryCanceled, psycopg.OperationalError):
        return


def _active(connection: psycopg.Connection, pid: int) -> bool:
    query = "SELECT state = 'active' AND wait_event IS NOT NULL FROM pg_stat_activity WHERE pid = %s"
    row = connection.execute(query, [pid]).fetchone()
    return row is not None and bool(row[0])


@pytest.fixture
def blocker(database: scratch.Database) -> Iterator[Blockers]:
    """Makes sessions that block; all are ended after the test."""
    blockers = Blockers(database.dsn)
    try:
        yield blockers
    finally:
        blockers.release()
