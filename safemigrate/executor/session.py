"""The session that works: its settings, its short transactions, and how it comes back after a loss.

Role- and database-level timeouts must not break a run, so each of ours is set explicitly. A killed client must not
leave a queued ALTER behind that is applied later (measured): client_connection_check_interval ends such a backend.
"""

from __future__ import annotations

import contextlib
import select
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import pq

from safemigrate import errors
from safemigrate.clock import Clock

NEVER_BY_ITSELF = 1_000_000_000
"""A prepare_threshold that leaves only what is executed with ``prepare=True`` (psycopg: None means not even that)."""

PREFIX = "safemigrate/"
"""What our application_name begins with; the run's id follows."""

Connect = Callable[[], psycopg.Connection[Any]]

_SETTINGS = {
    # What we send is encoded by us; psycopg's default is the database's own encoding.
    "client_encoding": "UTF8",
    "statement_timeout": "0",
    "lock_timeout": "1s",
    "idle_in_transaction_session_timeout": "1min",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_SINCE = {"idle_session_timeout": (14, "0"), "transaction_timeout": (17, "0")}


def configure(connection: psycopg.Connection[Any], run: str) -> None:
    """Give a new session of ours its name and its timeouts, whatever the role or the database has set."""
    version = connection.info.server_version // 10_000
    settings = {"application_name": PREFIX + run, **_SETTINGS}
    settings |= {name: value for name, (since, value) in _SINCE.items() if version >= since}
    names = ", ".join(f"set_config('{name}', %({name})s, false)" for name in settings)
    connection.execute(f"SELECT {names}".encode(), settings)
    # Not every platform of the server can tell that a client has gone; the next run looks for orphans anyhow.
    with contextlib.suppress(psycopg.errors.InvalidParameterValue):
        connection.execute("SET client_connection_check_interval = '500ms'")


def refuse_pooler(connection: psycopg.Connection[Any], connect: Connect) -> None:
    """Raises BadInput for a transaction pooler, before any setting of ours could stay with a session of others'."""
    # A pooler hands out keys of its own, so the pid in the protocol is not the backend's.
    if _pid(connection) == connection.info.backend_pid:
        return
    with contextlib.closing(connect()) as other:
        if not _pooled(connection, other):
            return
    connection.close()
    raise errors.BadInput(
        "the connection goes through a transaction pooler: session locks and settings do not hold there",
        state="nothing was changed",
        next="connect to PostgreSQL itself, or to a pooler port in session mode; "
        "url in [tool.safemigrate] (or SAFEMIGRATE_URL) leads our sessions past it",
    )


def _pooled(one: psycopg.Connection[Any], other: psycopg.Connection[Any]) -> bool:
    """Whether two client sessions are served by changing backends.

    In session mode two clients have two backends for good; in transaction mode the second one gets the backend that
    the first just left.
    """
    for _ in range(3):
        before = _pid(one)
        with other.transaction():
            if _pid(other) == before or _pid(one) != before:
                return True
    return False


def _pid(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT pg_catalog.pg_backend_pid()").fetchone()
    assert row is not None
    return int(row[0])


def milliseconds(seconds: float) -> str:
    """*seconds* for a timeout setting. Only an exact 0 becomes 0, which means none."""
    return f"{max(1, round(seconds * 1000))}ms" if seconds else "0"


def opening(*, lock_timeout: float, statement_timeout: float = 0.0) -> str:
    """BEGIN with timeouts in seconds; 0 is none."""
    return message(
        "BEGIN",
        f"SET LOCAL lock_timeout = '{milliseconds(lock_timeout)}'",
        f"SET LOCAL statement_timeout = '{milliseconds(statement_timeout)}'",
    )


def message(*texts: str) -> str:
    """*texts* as one message of the simple protocol; one of them may end in a comment."""
    return "\n;\n".join(texts)


class Session:
    """One autocommit psycopg connection that can be lost and found.

    With *prepares*, queries that ask for it are prepared: for a session that sends the same few again and again, and
    no DDL, after which psycopg would forget them.
    """

    def __init__(
        self, connect: Connect, run: str, clock: Clock, *, prepares: bool = False, settings: Sequence[str] = ()
    ) -> None:
        self._connect = connect
        self._run = run
        self._clock = clock
        self._prepares = prepares
        self._settings = [*settings]
        self.connection = self._open()

    def _open(self) -> psycopg.Connection[Any]:
        connection = self._connect()
        self.pid = connection.info.backend_pid
        refuse_pooler(connection, self._connect)
        configure(connection, self._run)
        if self._prepares:
            connection.prepare_threshold = NEVER_BY_ITSELF
        for text in self._settings:
            connection.execute(text.encode())
        return connection

    def another(self) -> Session:
        """One more session like this one, with what was remembered; it does not follow what is remembered later."""
        return Session(self._connect, self._run, self._clock, settings=self._settings)

    def remember(self, text: str) -> None:
        """Execute a SET of the revision's own, now and after every reconnect until :meth:`forget`."""
        self.connection.execute(text.encode())
        self._settings.append(text)

    def forget(self) -> None:
        """From the next connect on, nothing of what was remembered holds."""
        self._settings.clear()

    @property
    def broken(self) -> bool:
        return self.connection.closed or self.connection.info.status != pq.ConnStatus.OK

    @property
    def quiet(self) -> bool:
        """Whether the server has said nothing unasked: when it ends a session it says so, or closes the socket."""
        if self.broken:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)

    def execute(self, text: str) -> psycopg.Cursor[Any]:
        """Send *text* exactly as it is, in the simple protocol (several statements may stand in it)."""
        return self.connection.execute(text.encode())

    def allow(self, lock_timeout: float) -> None:
        """Change what is left of lock_timeout within the transaction."""
        self.connection.execute("SELECT set_config('lock_timeout', %s, true)", [milliseconds(lock_timeout)])

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def abandon(self) -> None:
        """Roll back whatever is open, if the session still lives."""
        if self.broken or self.connection.info.transaction_status == pq.TransactionStatus.IDLE:
            return
        try:
            self.connection.execute("ROLLBACK")
        except psycopg.OperationalError:
            self.connection.close()

    def reopen(self, *, patience: float, check: Callable[[], None]) -> None:
        """Connect again, trying for *patience* seconds; *check* may stop the waiting by raising.

        Raises SafemigrateError when the server does not come back in time.
        """
        self.connection.close()
        started = self._clock.now()
        while True:
            check()
            try:
                self.connection = self._open()
                return
            except psycopg.OperationalError as error:
                if self._clock.now() - started >= patience:
                    raise errors.SafemigrateError(
                        f"lost the connection and could not get it back in {patience:.0f} s: {error}",
                        state="every step that the journal calls done is done; nothing else is",
                        next="safemigrate status, then safemigrate resume",
                    ) from error
            self._clock.sleep(0.1 + 0.2 * self._clock.draw())

    def close(self) -> None:
        self.abandon()
        self.connection.close()
