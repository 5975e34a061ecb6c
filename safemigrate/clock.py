"""Time and chance, injected.

Budgets are measured by a monotonic clock, never by the wall clock of this host or of the server. Decisions take
seconds and draws as arguments; only the thin shells that act hold a :class:`Clock`. Tests pass one that jumps.
"""

from __future__ import annotations

import random
import time
from typing import Protocol


class Clock(Protocol):
    """What the shells need to know of time: seconds since some start, a sleep in seconds, a draw in [0, 1)."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...

    def draw(self) -> float: ...


class SystemClock:
    """The monotonic clock of this host."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def draw(self) -> float:
        return random.random()
