"""The workers of a batched step: threads with a session each, which take its ranges one after the other.

The main thread watches over them: it alone emits, checks the lock and the signals, asks the throttles, and looks who is
in the way. The first worker that fails for good stops the others; one whose session is lost opens another and goes on
from what the journal says.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg

from safemigrate.backfill import ranges, sizing
from safemigrate.backfill import run as batches
from safemigrate.backfill.ranges import Place, Range
from safemigrate.backfill.spec import Spec
from safemigrate.backfill.vacuum import Vacuum
from safemigrate.executor import retry, session, stop
from safemigrate.executor.run import Run
from safemigrate.executor.session import Session

LOCK_TIMEOUT = 1.0
"""Seconds that a batch waits for a lock: on its table, behind which nobody else has to wait, or on a row that a
constraint or a trigger needs, while it holds its own rows; so the next try is with fewer of them.
"""

MOST_LOSSES = 20
"""How often a worker may lose its session without a batch in between: what crashes its backend must not go on."""


class Stopped(Exception):
    """The others are told to end."""


@dataclass
class Worker:
    """One session, and how large its next batch is."""

    session: Session
    sizing: sizing.Sizing
    stalled: float = 0.0
    losses: int = 0
    failures: int = 0


@dataclass
class Tally:
    """What the batches of a step have cost and done so far. *blocked*: workers wait for a lock on the table."""

    scanned: int = 0
    changed: int = 0
    held: float = 0.0
    attempts: int = 1
    blocked: int = 0
    losses: int = 0
    skipped: int = 0
    notices: list[str] = field(default_factory=list)


@dataclass
class Crew:
    """*count* workers on the batches of *spec*. *reason* is why they hold; *ratio* how long they rest after a batch."""

    run: Run
    spec: Spec
    place: Place
    count: int
    vacuum: Vacuum
    tally: Tally = field(default_factory=Tally)
    reason: str = ""
    ratio: float = 0.0
    pids: list[int] = field(default_factory=list)
    _workers: list[Worker] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _vacuuming: threading.Lock = field(default_factory=threading.Lock)
    _left: list[Range] = field(default_factory=list)
    _busy: int = 0
    _unended: set[int] = field(default_factory=set)
    _stalled: float = 0.0
    _stopping: bool = False
    _error: BaseException | None = None

    def __post_init__(self) -> None:
        settings = self.run.settings
        self.ratio = settings.batch_pause / 100
        self._opening = (
            session.opening(lock_timeout=LOCK_TIMEOUT, statement_timeout=0.0)
            # A batch is over sooner than its plan is compiled.
            + "\n;\nSET LOCAL jit = off"
        )
        while len(self._workers) < self.count:
            try:
                own = self.run.work.another()
            except psycopg.OperationalError:
                if not self._workers:
                    raise
                self.tally.notices.append(f"no session for more than {len(self._workers)} workers")
                break
            self._workers.append(Worker(own, sizing.Sizing(settings.batch_target)))
        self._note_pids()

    def _note_pids(self) -> None:
        self.pids[:] = [worker.session.pid for worker in self._workers]

    # -- the main thread's side

    def begin(self, left: Sequence[Range]) -> None:
        """Go through these ranges."""
        self._left, self._busy = list(left), len(self._workers)
        for number, worker in enumerate(self._workers):
            thread = threading.Thread(target=self._work, args=(worker,), name=f"safemigrate-batches-{number}")
            thread.daemon = True
            thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether all ranges are done, after *seconds* at most. Raises what a worker failed with."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, seconds)
            if self._error is not None:
                raise self._error
            return not self._busy

    def hold(self, reason: str, ratio: float, target: float, stalled: float) -> None:
        """Hold before the next batch while there is a *reason*; rest *ratio* times as long as a batch took, which is to
        be *target* seconds. Others have waited for *stalled* seconds behind our locks so far.
        """
        for worker in self._workers:
            worker.sizing.target = target
        with self._changed:
            self.reason, self.ratio, self._stalled = reason, ratio, stalled
            self._changed.notify_all()

    def notices(self) -> list[str]:
        """What is to be said since the last call."""
        with self._changed:
            said, self.tally.notices = self.tally.notices, []
            return said

    def cancel(self) -> None:
        """Cancel what the workers run, from any thread."""
        for worker in self._workers:
            with contextlib.suppress(psycopg.Error):
                worker.session.connection.cancel_safe()

    def stop(self) -> None:
        """Let every worker end its batch, cancel what takes too long, and wait until nobody is at work."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        while True:
            with self._changed:
                if self._changed.wait_for(lambda: not self._busy, stop.GRACE):
                    return
            self.cancel()

    def close(self) -> None:
        """End the sessions; none of them commits anything after this. Raises where that is not sure."""
        self.stop()
        for worker in self._workers:
            worker.session.close()
        for pid in [*self._unended]:
            self.run.await_end(pid)

    # -- the workers' side

    def _work(self, worker: Worker) -> None:
        try:
            while (part := self._next()) is not None:
                self._through(worker, part)
        except Stopped:
            worker.session.abandon()
        except BaseException as error:
            worker.session.abandon()
            with self._changed:
                self._error = self._error or error
                self._stopping = True
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def _next(self) -> Range | None:
        with self._changed:
            return self._left.pop(0) if self._left and not self._stopping else None

    def check(self) -> None:
        """Raises Stopped when the workers are to end."""
        if self._stopping:
            raise Stopped

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)
        self.check()

    def _through(self, worker: Worker, part: Range) -> None:
        surely = False
        while not part.finished:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or not self.reason)
            self.check()
            try:
                if surely:
                    part = ranges.one(worker.session.connection, self.place, part)
                    surely = False
                    continue
                part = self._batch(worker, part)
                self._vacuum(worker)
            except psycopg.Error as error:
                self._after(worker, error)
                surely = True

    def _batch(self, worker: Worker, part: Range) -> Range:
        clock = self.run.clock
        size, started = worker.sizing.size, clock.now()
        try:
            done = batches.batch(worker.session.connection, self._opening, self.spec, self.place, part, size)
        finally:
            seconds = clock.now() - started
            with self._changed:
                self.tally.held = max(self.tally.held, seconds)
        worker.sizing.after(done.rows, seconds, self._stalled - worker.stalled)
        worker.stalled = self._stalled
        worker.losses = worker.failures = 0
        with self._changed:
            self.tally.scanned += done.rows
            self.tally.changed += done.changed.changed
            self.tally.skipped += done.changed.skipped
            self.tally.blocked = 0
        if self.ratio:
            self._pause(seconds * self.ratio)
        return done.part

    def _vacuum(self, worker: Worker) -> None:
        """VACUUM when it is due, unless another worker is at it."""
        if not self.vacuum.due(self.tally.changed, self.spec.rows) or not self._vacuuming.acquire(blocking=False):
            return
        try:
            notice = self.vacuum.run(worker.session.connection, self.tally.changed)
        except psycopg.errors.QueryCanceled:
            self.check()
        else:
            with self._changed:
                self.tally.notices += [notice] if notice else []
        finally:
            self._vacuuming.release()

    def _after(self, worker: Worker, error: psycopg.Error) -> None:
        """Put the session right after *error*; raise it when trying again would meet the same."""
        own = worker.session
        broken = own.broken or (isinstance(error, psycopg.OperationalError) and error.sqlstate is None)
        kind = retry.classify(error.sqlstate, broken=broken, stopping=self._stopping or self.run.stop.asked)
        if kind is retry.Class.CONNECTION and worker.losses < MOST_LOSSES:
            worker.losses += 1
            self._reconnect(own)
            return
        own.abandon()
        if kind is retry.Class.INTERRUPTED:
            raise Stopped
        if kind not in (retry.Class.LOCK, retry.Class.CONFLICT):
            raise error
        worker.failures += 1
        if kind is retry.Class.LOCK:
            worker.sizing.after(worker.sizing.size, LOCK_TIMEOUT)
        with self._changed:
            self.tally.attempts += 1
            self.tally.blocked += kind is retry.Class.LOCK
            self._changed.notify_all()
        self._pause(min(1.0, 0.05 * 2 ** min(worker.failures, 10)) * self.run.clock.draw())

    def _reconnect(self, own: Session) -> None:
        old = own.pid
        self._unended.add(old)
        own.reopen(patience=self.run.settings.lock_patience, check=self.check)
        with self._changed:
            self.tally.losses += 1
            self._note_pids()
        while True:
            self.check()
            try:
                self.run.await_end(old)
                self._unended.discard(old)
                return
            except psycopg.OperationalError:
                self._pause(0.1)  # The watching session is gone as well; the main thread gets it back.
