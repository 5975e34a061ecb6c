"""An end to what does not end: a revision that waits for rows that are not there, or for another release.

Counted is the time of the processor, so that a busy machine stops nobody. Sleeping takes no time meanwhile: a revision
that polls comes to its end, or to ours.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

LONGEST = 10.0
"""Seconds of processor time."""


class Endless(BaseException):
    """Raised in the revision's place; a BaseException, so that its own ``except Exception`` lets it pass."""


@dataclass
class Bound:
    """*why* the block was stopped, also where something in it has caught that; "" where it was not."""

    running: bool = True
    why: str = ""


@contextmanager
def bounded() -> Iterator[Bound]:
    """The block is left with Endless when it has worked for LONGEST. Only the main thread can be stopped, on Unix."""
    bound = Bound()
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield bound
        return

    def stop(_signal: int, _frame: object) -> None:
        if bound.running:
            bound.why = f"it was stopped after {LONGEST:.0f} s of work without an end"
            raise Endless(bound.why)

    sleep, handler = time.sleep, signal.signal(signal.SIGVTALRM, stop)
    # Again and again: a bare except in a loop, or the collector of garbage, may be what meets it first.
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST, 0.5)
    time.sleep = lambda _seconds: None
    try:
        yield bound
    finally:
        bound.running = False
        time.sleep = sleep
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)
