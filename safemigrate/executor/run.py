"""One run: its sessions, its lock, its journal, and what every part of it asks."""

from __future__ import annotations

import datetime
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg

import safemigrate
from safemigrate import errors
from safemigrate.clock import Clock
from safemigrate.config import Settings
from safemigrate.executor import events, lease
from safemigrate.executor.sampler import Sampler
from safemigrate.executor.session import PREFIX, Connect, Session
from safemigrate.executor.stop import Stop
from safemigrate.journal import FencedOff, Harm, Journal
from safemigrate.locks import policy
from safemigrate.plan.catalog import Catalog

Outcome = TypeVar("Outcome")

MOST_LOSSES = 20
"""How often our sessions may be lost between two steps before somebody must mean it."""


def new_id() -> str:
    """A name for a run, unique, and sortable by its start (UTC): "261123-180102-9f3c07ab"."""
    return f"{datetime.datetime.now(datetime.UTC):%y%m%d-%H%M%S}-{secrets.token_hex(4)}"


@dataclass
class Tally:
    """The sums of a run, for its last line."""

    revisions: int = 0
    steps: int = 0
    longest_lock: float = 0.0
    stall: float = 0.0
    worst_wait: float = 0.0

    def add(self, harm: Harm) -> None:
        """What a step or the taking back of one has cost, whether or not it succeeded."""
        self.longest_lock = max(self.longest_lock, harm.held)
        self.stall += harm.stall
        self.worst_wait = max(self.worst_wait, harm.worst_wait)


@dataclass
class Run:
    """What the parts of one run share. Made by :func:`open_run`, ended by :meth:`close`.

    *beside* is the backend of env.py's own connection. *created* are the relations that this run has made itself, by
    the names that its steps use, *made* their oids, which outlast a change of name: nobody can be in the way on them,
    and nobody is stalled. *unsettled*: an earlier run may have left something half done; while we hold the lock, nobody
    else leaves any more.
    """

    id: str
    scope: str
    settings: Settings
    clock: Clock
    emit: events.Listener
    stop: Stop
    watch: Session
    work: Session
    journal: Journal
    catalog: Catalog
    sampler: Sampler
    rights: policy.Rights
    server: dict[str, Any]
    tally: Tally = field(default_factory=Tally)
    created: set[str] = field(default_factory=set)
    made: set[int] = field(default_factory=set)
    unsettled: bool = True
    fenced: bool = False
    beside: int = 0

    @property
    def version(self) -> int:
        """The server's major version."""
        return self.work.connection.info.server_version // 10_000

    @contextmanager
    def using(self, settings: Settings) -> Iterator[None]:
        """A revision's own settings, until the end of the block."""
        previous, self.settings = self.settings, settings
        try:
            yield
        finally:
            self.settings = previous

    def check(self) -> None:
        """Before anything is begun: were we asked to stop, is the lock still ours? Raises Interrupted, FencedOff."""
        self.stop.check()
        # What a quiet socket cannot tell, such as a network that is down, the journal's fence finds before a commit.
        if self.watch.quiet:
            return
        try:
            self.watch.connection.execute("SELECT 1")
        except psycopg.OperationalError:
            self.regain()

    def regain(self) -> None:
        """The watching session is gone, and the lock with it: get both back, or raise FencedOff."""
        old = self.watch.pid
        self.watch.reopen(patience=self.settings.lock_patience, check=self.stop.check)
        self.catalog.connection = self.watch.connection
        self.await_end(old)
        deadline = self.clock.now() + 5
        # The server may take a moment to notice that our old session has gone.
        while not lease.try_acquire(self.watch, self.scope):
            if self.clock.now() > deadline:
                raise FencedOff
            self.clock.sleep(0.1)
        row = self.watch.connection.execute("SELECT state FROM safemigrate.run WHERE id = %s", [self.id]).fetchone()
        if row is None or row[0] != "running":
            raise FencedOff
        self.emit(events.Notice("the watching session was lost and is back; the one-at-a-time lock is ours again"))

    def reconnect(self, *, quietly: bool = False) -> None:
        """Open the working session anew, and make sure that the old one's backend is gone."""
        old = self.work.pid
        self.work.reopen(patience=self.settings.lock_patience, check=self.stop.check)
        self.journal.connection = self.work.connection
        self.check()
        self.await_end(old)
        if not quietly:
            self.emit(events.Notice("the working session was lost and is back"))

    def lost(self, error: psycopg.Error) -> bool:
        """Whether a session is gone. psycopg may find the socket closed before libpq has noticed."""
        unanswered = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
        return unanswered or self.work.broken or self.watch.broken

    def surely(self, act: Callable[[], Outcome]) -> Outcome:
        """*act*, and once more after a loss of our sessions; it finds out by itself what it has done before."""
        for _ in range(MOST_LOSSES):
            try:
                return act()
            except psycopg.OperationalError as error:
                if not self.lost(error):
                    raise
                self.unsettled = True
                self.reconnect()
        return act()

    def await_end(self, pid: int) -> None:
        """A backend of ours that was lost may still hold its locks, or commit; nothing is decided before it has ended.

        Raises SafemigrateError when it does not end.
        """
        deadline = self.clock.now() + 10
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND application_name = %s"
        while self.watch.connection.execute(query, [pid, PREFIX + self.id]).fetchone():
            if self.clock.now() > deadline:
                raise errors.SafemigrateError(
                    f"a lost session of ours (pid {pid}) does not end, and may still commit",
                    state="every step that the journal calls done is done; one more may become so",
                    next="when that session has ended: safemigrate status, then safemigrate resume",
                )
            self.clock.sleep(0.05)

    def close(self, state: str) -> None:
        """End the run in the journal and let go of everything; the lock goes with the watching session."""
        try:
            if not self.fenced and not self.work.broken:
                self.work.abandon()
                self.journal.close_run(state)
        except psycopg.OperationalError:
            pass  # The next run marks this one as lost, which is what it then is.
        finally:
            self.sampler.close()
            self.work.close()
            self.watch.close()


@dataclass
class Opening:
    """What a run is opened with: *connect* opens a psycopg session beside env.py's, *scope* names the version table."""

    connect: Connect
    scope: str
    settings: Settings
    clock: Clock
    emit: events.Listener
    stop: Stop
    direction: events.Direction
    target: str


def open_run(opening: Opening) -> tuple[Run, bool]:
    """Open the sessions, take the lock, create the journal if need be, fence off and end what earlier runs left.

    The second value is True when we had to wait for another run, so that what was read before is stale.
    Raises BadInput (standby, pooler, missing right), AnotherRunActive.
    """
    run_id = new_id()
    with ExitStack() as on_error:
        watch = Session(opening.connect, run_id, opening.clock, prepares=True)
        on_error.callback(watch.close)
        work = Session(opening.connect, run_id, opening.clock)
        on_error.callback(work.close)
        server = lease.check_server(watch)
        waited = lease.acquire(
            watch,
            opening.scope,
            patience=opening.settings.lease_patience,
            now=opening.clock.now,
            pause=_pausing(opening),
            emit=opening.emit,
        )
        journal = Journal(work.connection, opening.scope, run_id)
        journal.create()
        lease.end_orphans(watch, journal.run_ids(), opening.emit, run_id)
        journal.open_run(
            direction=opening.direction,
            target=opening.target,
            host=socket.gethostname(),
            version=safemigrate.__version__,
        )
        run = Run(
            id=run_id,
            scope=opening.scope,
            settings=opening.settings,
            clock=opening.clock,
            emit=opening.emit,
            stop=opening.stop,
            watch=watch,
            work=work,
            journal=journal,
            catalog=Catalog(watch.connection),
            sampler=Sampler(watch, opening.clock),
            rights=policy.rights(watch.connection),
            server=server,
        )
        on_error.pop_all()
    return run, waited


def _pausing(opening: Opening) -> Callable[[float], None]:
    def pause(seconds: float) -> None:
        opening.stop.check()
        opening.clock.sleep(seconds)

    return pause
