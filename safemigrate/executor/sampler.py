"""Measures the harm: while a step holds or waits for locks, who waits behind it, and for how long.

A thread looks every few milliseconds, on the watching session, but only while a step is in flight; a step that is over
sooner than the first look cost nobody anything worth measuring.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from safemigrate.clock import Clock
from safemigrate.executor.session import Session
from safemigrate.locks import inspect

FIRST = 0.01
EVERY = 0.02
"""Seconds before the first look, and between two looks."""


@dataclass(slots=True)
class Stall:
    """Blocked session-seconds, and the longest wait seen, behind one or several steps."""

    total: float = 0.0
    worst: float = 0.0


@dataclass(slots=True)
class _Window:
    """One step in flight on backends *pids*, which may change."""

    pids: Collection[int]
    also: Callable[[float], None] | None
    stall: Stall = field(default_factory=Stall)
    over: threading.Event = field(default_factory=threading.Event)


class Sampler:
    """Asks *watch* who waits."""

    def __init__(self, watch: Session, clock: Clock) -> None:
        self._watch = watch
        self._clock = clock
        self._window: _Window | None = None
        self._changed = threading.Condition()
        self._looking = threading.Lock()
        self._ended = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def window(self, pid: int | Collection[int], also: Callable[[float], None] | None = None) -> Iterator[Stall]:
        """Sample who waits for backend *pid*, or for those that a collection of pids then holds, until the block ends.

        *also* (for the progress of a long command) is called at every look with the seconds so far.
        """
        window = _Window([pid] if isinstance(pid, int) else pid, also)
        self._open(window)
        try:
            yield window.stall
        finally:
            window.over.set()
            # The watching session is the gate's as well: wait until the thread has let go of it.
            with self._looking:
                pass

    def _open(self, window: _Window) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="safemigrate-sampler", daemon=True)
            self._thread.start()
        with self._changed:
            self._window = window
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _run(self) -> None:
        seen: _Window | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._window is not seen)  # noqa: B023
                seen = self._window
            if self._ended or seen is None:
                return
            self._sample(seen)

    def _sample(self, window: _Window) -> None:
        started = last = self._clock.now()
        pause = FIRST
        while not window.over.wait(pause):
            with self._looking:
                if window.over.is_set():
                    return
                now = self._clock.now()
                self._look(window, since=now - last, elapsed=now - started)
            last, pause = now, EVERY

    def _look(self, window: _Window, *, since: float, elapsed: float) -> None:
        try:
            waiting = inspect.waiters(self._watch.connection, window.pids)
            if window.also is not None:
                window.also(elapsed)
        except psycopg.Error:
            return  # The lease check before the next write finds a lost watching session.
        window.stall.total += sum(min(waiter.seconds, since) for waiter in waiting)
        window.stall.worst = max([window.stall.worst, *(waiter.seconds for waiter in waiting)])
