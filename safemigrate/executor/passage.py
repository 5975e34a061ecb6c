"""The gate before each try, and the patience over all tries of one step.

The decisions are ``locks.gate`` and ``locks.policy``; here is what acts on them: look, sleep, signal, say. All waiting
of a step, looks and failed tries together, counts against one patience, measured by a monotonic clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg

from safemigrate import errors
from safemigrate.executor import events
from safemigrate.executor.run import Run
from safemigrate.facts import LockMode
from safemigrate.locks import gate, inspect, policy

SAY_EVERY = 0.5
"""Seconds between two events about the same wait."""


@dataclass
class Passage:
    """One step's way to its locks. *targets* are the (relation oid, mode) it needs; they may change between tries."""

    run: Run
    title: str
    attempts: int = 0
    waited: float = 0.0
    _started: float = field(init=False)
    _said: float = -SAY_EVERY
    _autovacuum_tried: bool = False
    _first_seen: dict[tuple[object, ...], float] = field(default_factory=dict)
    _sightings: gate.Sightings = field(default_factory=gate.Sightings)

    def __post_init__(self) -> None:
        self._started = self.run.clock.now()
        settings = self.run.settings
        self.schedule = gate.Schedule(
            gate_age=settings.gate_age,
            patience=settings.lock_patience,
            first=settings.lock_timeout,
            longest=settings.lock_timeout_max,
            look=settings.poll,
            longest_look=max(settings.poll, 0.05),
        )

    @property
    def spent(self) -> float:
        return self.run.clock.now() - self._started

    def look(self, targets: Sequence[tuple[int, LockMode]]) -> float:
        """Return when the way is free: the lock_timeout (seconds) for the try. Raises CouldNotLock."""
        if not targets:
            return self.schedule.lock_timeout(self.attempts)
        began = self.run.clock.now()
        looks = 0
        met: frozenset[tuple[object, ...]] = frozenset()
        try:
            while True:
                self.run.check()
                blockers = self._blockers(targets)
                if not looks:
                    met = frozenset(blocker.identity for blocker in blockers)
                decision = gate.after_look(
                    blockers,
                    schedule=self.schedule,
                    waited=self.spent,
                    attempt=self.attempts,
                    looks=looks,
                    met=met,
                    watched=self.run.clock.now() - began,
                    autovacuums=self._autovacuums(),
                )
                looks += 1
                if isinstance(decision, gate.Go):
                    self._autovacuum_tried |= decision.autovacuum
                    return decision.lock_timeout
                if isinstance(decision, gate.GiveUp):
                    raise self.could_not_lock(decision.reason, decision.because)
                self._wait(decision)
        finally:
            self.waited += self.run.clock.now() - began

    def _blockers(self, targets: Sequence[tuple[int, LockMode]]) -> list[inspect.Blocker]:
        found = inspect.blockers(
            self.run.watch.connection,
            targets,
            ignore=[self.run.work.pid, self.run.watch.pid],
            redact=self.run.settings.redact_queries,
        )
        if any(blocker.pid == self.run.beside for blocker in found):
            raise self._own_blocker(found)
        return self._sightings.aged(found, self.run.clock.now())

    def _own_blocker(self, found: Sequence[inspect.Blocker]) -> errors.CouldNotLock:
        """env.py's transaction waits for us and we would wait for it: no patience helps."""
        error = self.could_not_lock("env.py's own transaction holds a lock in its way", found)
        error.next = "in env.py, commit what it executes before context.configure(): connection.commit()"
        return error

    def _autovacuums(self) -> gate.Autovacuums:
        rights = self.run.rights
        return gate.Autovacuums(rights.cancels_autovacuum, self._autovacuum_tried, rights.deadlock_timeout)

    def _wait(self, decision: gate.Look | gate.Autovacuum) -> None:
        if decision.because and self.spent - self._said >= SAY_EVERY:
            self._said = self.spent
            self.run.emit(events.StepWaiting(decision.because, self.spent, self.attempts))
        if isinstance(decision, gate.Autovacuum):
            for blocker in decision.because:
                self._signal(blocker, policy.Cancel())
        else:
            self._police(decision.because)
        self.run.clock.sleep(decision.seconds)

    def _police(self, blockers: Sequence[inspect.Blocker]) -> None:
        settings = self.run.settings
        for blocker in blockers:
            first = self._first_seen.setdefault(blocker.identity, self.run.clock.now())
            action = policy.act(
                blocker,
                on_blocker=settings.on_blocker,
                grace=settings.blocker_grace,
                seen_for=self.run.clock.now() - first,
                named=settings.signal_superusers,
                never=settings.never_signal,
                older_than=settings.blocker_age,
            )
            if isinstance(action, policy.Fail):
                raise self.could_not_lock(action.reason, (blocker,))
            if not isinstance(action, policy.Leave):
                self._signal(blocker, action)

    def _signal(self, blocker: inspect.Blocker, action: policy.Cancel | policy.Terminate) -> None:
        try:
            done = policy.signal(self.run.watch.connection, blocker, action)
        except psycopg.errors.InsufficientPrivilege:
            role = self.run.watch.connection.info.user
            self.run.emit(events.Notice(f'may not signal pid {blocker.pid}: GRANT pg_signal_backend TO "{role}"'))
            return
        if done:
            word: events.Signal = "cancel" if isinstance(action, policy.Cancel) else "terminate"
            self.run.emit(events.BlockerSignalled(blocker, word))

    def went_on(self) -> None:
        """Something of the step is done: from now on patience counts anew."""
        self._started = self.run.clock.now()

    def wait_for(self, because: Sequence[inspect.Blocker], seconds: float, what: str) -> None:
        """Others hold *what*: say so, do about them what on_blocker asks, sleep. Raises CouldNotLock after patience."""
        began = self.run.clock.now()
        because = self._sightings.aged(because, began)
        if self.spent >= self.schedule.patience:
            raise self.could_not_lock(f"{what} for {self.spent:.0f} s", because)
        self._wait(gate.Look(seconds, tuple(because)))
        self.waited += self.run.clock.now() - began

    def failed(self, error: psycopg.Error, lock_timeout: float) -> None:
        """A try failed with something that passes: say so and pause. Raises CouldNotLock when patience is used up."""
        self.attempts += 1
        decision = gate.after_lock_timeout(self.schedule, self.attempts, self.spent, self.run.clock.draw())
        if isinstance(decision, gate.GiveUp):
            raise self.could_not_lock(decision.reason, decision.because) from error
        message = error.diag.message_primary or str(error)
        self.run.emit(events.StepRetried(self.attempts, error.sqlstate or "", message, lock_timeout, decision.seconds))
        self.run.clock.sleep(decision.seconds)
        self.waited += decision.seconds

    def could_not_lock(self, reason: str, because: Sequence[inspect.Blocker]) -> errors.CouldNotLock:
        error = errors.CouldNotLock(f"could not lock for {self.title}: {reason}")
        error.details += [("blocked by", inspect.describe(blocker)) for blocker in because]
        relations = sorted({blocker.relation for blocker in because})
        error.next = f"safemigrate locks {' '.join(relations)} --watch, then run again".replace("  ", " ")
        return error
