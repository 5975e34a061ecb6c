"""One thing that has to happen exactly once: a step, or one statement of an undo. Tried until it is done or hopeless.

Each try of a transactional deed is gate, BEGIN, SET LOCAL timeouts, LOCK TABLE one relation after the other, the SQL,
the journal row, COMMIT. So 'done' in the journal means done, and after a lost connection the journal decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql as syntax
from psycopg.rows import dict_row

from safemigrate import sql
from safemigrate.executor import concurrent, retry, session
from safemigrate.executor.passage import Passage
from safemigrate.executor.run import Run
from safemigrate.executor.sampler import Stall
from safemigrate.facts import Impact, LockMode
from safemigrate.journal import Harm
from safemigrate.statement import forms

Target = tuple[int, LockMode]


@dataclass(frozen=True)
class Deed:
    """*text* is to be sent under *impact*'s locks. *mark* writes its journal row, in the deed's own transaction where
    it has one; given a text that begins this transaction, it sends that, the row and COMMIT in one message. *is_done*
    reads what is committed. For a deed that is not *transactional*, *intend* journals that it begins, *withdraw* that
    nothing came of it, and *begun* is whether it had been journalled before.
    """

    title: str
    text: str
    forms: tuple[forms.Form, ...]
    impact: Impact
    transactional: bool
    mark: Callable[[Harm, str], None]
    is_done: Callable[[], bool]
    intend: Callable[[], None] = lambda: None
    withdraw: Callable[[], None] = lambda: None
    begun: Callable[[], bool] = lambda: False


class Failed(Exception):
    """A deed failed with something that does not pass by itself."""

    def __init__(self, deed: Deed, error: psycopg.Error) -> None:
        super().__init__(str(error))
        self.deed = deed
        self.error = error


MOST_LOSSES = 5
"""How often a deed may lose its session: what crashes its backend must not take the server down again and again."""


@dataclass
class _Cost:
    """What all tries of a deed have cost so far; *losses* are those of its session."""

    stall: float = 0.0
    worst_wait: float = 0.0
    held: float = 0.0
    losses: int = 0

    def add(self, stall: Stall) -> None:
        self.stall += stall.total
        self.worst_wait = max(self.worst_wait, stall.worst)

    def harm(self, passage: Passage) -> Harm:
        return Harm(passage.attempts + 1, passage.waited, self.held, self.stall, self.worst_wait)


def perform(run: Run, deed: Deed) -> Harm:
    """Do it; what it cost. Raises Failed, CouldNotLock, Interrupted, FencedOff."""
    passage, cost = Passage(run, deed.title), _Cost()
    try:
        return _until_done(run, deed, passage, cost)
    finally:
        run.tally.add(cost.harm(passage))


def _until_done(run: Run, deed: Deed, passage: Passage, cost: _Cost) -> Harm:
    while True:
        lock_timeout = 0.0
        try:
            run.check()
            targets = _targets(run, deed)
            lock_timeout = _lock_timeout(run, deed, passage, targets)
            with run.stop.cancels(run.work.connection.cancel_safe):
                _try(run, deed, targets, lock_timeout, passage, cost)
            return cost.harm(passage)
        except psycopg.Error as error:
            if _passes(run, deed, cost, error):
                return cost.harm(passage)
            passage.failed(error, lock_timeout)
        except BaseException:
            run.work.abandon()
            raise


def _passes(run: Run, deed: Deed, cost: _Cost, error: psycopg.Error) -> bool:
    """Put the session right after *error*: True when the deed turns out to be done, False when it may be tried again.

    Raises Failed when trying again would meet the same.
    """
    own_timeout = run.settings.statement_timeout > 0
    kind = retry.classify(error.sqlstate, broken=run.lost(error), own_timeout=own_timeout, stopping=run.stop.asked)
    if kind is retry.Class.CONNECTION:
        cost.losses += 1
        run.reconnect()
        if deed.is_done():
            return True
    run.work.abandon()
    run.stop.check()
    if kind is retry.Class.FINAL or cost.losses >= MOST_LOSSES:
        raise Failed(deed, error) from error
    return False


def _targets(run: Run, deed: Deed) -> list[Target]:
    """The relations to look at and to lock; none where all of them are this run's own, not yet used by anybody."""
    if all(str(lock.relation) in run.created for lock in deed.impact.locks):
        return []
    return [(oid, mode) for oid, _relation, mode in run.catalog.locks(deed.impact) if oid not in run.made]


def _weak(deed: Deed, targets: Sequence[Target]) -> bool:
    """Whether the deed's locks stop neither reads nor writes, so that queueing for them stalls nobody.

    What a function or a block does besides the locks that are known may take any.
    """
    if not targets or deed.impact.unknown or any(isinstance(form, forms.Write) for form in deed.forms):
        return False
    return all(mode <= LockMode.SHARE_UPDATE_EXCLUSIVE for _, mode in targets)


def _lock_timeout(run: Run, deed: Deed, passage: Passage, targets: list[Target]) -> float:
    """The lock_timeout of the next try in seconds, after the gate; 0 is none, for locks that stall nobody."""
    strong_outside = any(
        isinstance(form, forms.Maintenance) or (isinstance(form, forms.Reindex) and not form.concurrently)
        for form in deed.forms
    )
    if _weak(deed, targets):
        return run.settings.weak_lock_timeout
    brief = passage.look(targets)
    if deed.transactional or strong_outside or concurrent.finalizes(run, deed.forms):
        return brief
    # DETACH … CONCURRENTLY waits under a weak lock, and only then wants ACCESS EXCLUSIVE on the partition. Cut off
    # between the two it can only be finalized, which waits under the strong one.
    return run.settings.weak_lock_timeout


def _try(
    run: Run, deed: Deed, targets: Sequence[Target], lock_timeout: float, passage: Passage, cost: _Cost
) -> None:  # fmt: skip
    if not deed.transactional:
        _try_outside(run, deed, lock_timeout, passage, cost)
        return
    statement_timeout = run.settings.statement_timeout if deed.impact.instant else 0.0
    opening = session.opening(lock_timeout=lock_timeout, statement_timeout=statement_timeout)
    if not targets and not deed.impact.unknown:
        # Nobody can want the locks that are held: nothing to measure, so all of it goes in one message.
        deed.mark(cost.harm(passage), session.message(opening, deed.text))
        return
    run.work.execute(opening)
    with run.sampler.window(run.work.pid) as stall:
        try:
            held_since = _lock(run, targets, lock_timeout)
            _send(run, deed, passage, cost, held_since if _stops_others(deed, targets) else None)
        finally:
            cost.add(stall)


def _stops_others(deed: Deed, targets: Sequence[Target]) -> bool:
    """Whether one of its locks stops reads or writes of a table: how long that was held is what its users feel."""
    return bool(deed.impact.unknown) or any(mode >= LockMode.SHARE for _, mode in targets)


def _send(run: Run, deed: Deed, passage: Passage, cost: _Cost, held_since: float | None) -> None:
    """The SQL, the journal row, COMMIT; None where how long its locks are held is of no interest."""

    def hold() -> None:
        if held_since is not None:
            cost.held = max(cost.held, run.clock.now() - held_since)

    try:
        run.work.execute(deed.text)
        hold()
        deed.mark(cost.harm(passage), "")
        run.work.commit()
    finally:
        hold()


def _lock(run: Run, targets: Sequence[Target], lock_timeout: float) -> float:
    """Lock one relation after the other within *lock_timeout* seconds in all; when the first lock was ours.

    lock_timeout counts for each lock of a statement anew (measured: six partitions, 500 ms, 2 s of waiting), so a
    statement over many relations would stall the application many times over.
    """
    modes = dict(targets)
    started = held_since = run.clock.now()
    if lock_timeout <= 0:
        return started
    for number, row in enumerate(_lockable(run, list(modes))):
        if number:
            run.work.allow(max(0.001, lock_timeout - (run.clock.now() - started)))
        run.work.connection.execute(
            syntax.SQL("LOCK TABLE ONLY {} IN {} MODE").format(
                syntax.Identifier(row["schema"], row["name"]), syntax.SQL(_words(modes[row["oid"]]))
            )
        )
        if not number:
            held_since = run.clock.now()
    return held_since


def _words(mode: LockMode) -> Any:
    # The words come from an enumeration of ours, never from outside.
    return mode.sql


def _lockable(run: Run, oids: list[int]) -> list[dict[str, Any]]:
    with run.watch.connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql.queries("deed")["lockable"], {"oids": oids}, prepare=True).fetchall()


def _try_outside(run: Run, deed: Deed, lock_timeout: float, passage: Passage, cost: _Cost) -> None:
    """A command that PostgreSQL refuses in a transaction block: intent, command, catalog, journal.

    What was there before we began is not ours: then the command fails, or does nothing, and nothing is intended.
    """
    there = concurrent.arrived(run, deed.forms)
    if not (deed.begun() and there):
        if not there:
            deed.intend()
        with run.sampler.window(run.work.pid, concurrent.progress(run)) as stall:
            try:
                concurrent.carry_out(run, deed.text, deed.forms, lock_timeout)
            except psycopg.Error:
                if not (there or run.work.broken) and concurrent.nothing_left(run, deed.forms):
                    deed.withdraw()
                raise
            finally:
                cost.add(stall)
    with run.work.connection.transaction():
        deed.mark(cost.harm(passage), "")
