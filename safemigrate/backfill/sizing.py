"""How many rows the next batch takes, so that a batch takes about *target* seconds. Pure: no clock, no database.

So long are a batch's rows locked, and so long may the application wait for one of them. The controller grows carefully
and shrinks at once: a batch that was too long never makes the next one larger, one that was far too long makes it a
tenth, and one behind which others waited half. A range with few rows in it costs little, and lets the size climb.
"""

from __future__ import annotations

import math

WINDOW = 10
"""So many of the last batches are looked at, and the worst but one of them counts (the 90th percentile)."""

FASTEST_GROWTH = 1.5
SHY_GROWTH = 1.1
"""A step up at most, and as long as one of the last WINDOW batches had somebody waiting behind it."""

FAR_TOO_LONG = 5.0
"""A batch that takes so many times its target is taken for a sign that the cost has changed for good."""

NEAR_ENOUGH = (0.9, 1.1)
"""Within these the size stays as it is: the next batch differs by more from the last one than that."""


class Sizing:
    """The size of the batches of one worker: :attr:`size` before each batch, :meth:`after` once it is committed.

    :attr:`target` may be set at any time; it holds from the next :meth:`after`.
    """

    def __init__(self, target: float, first: int = 1000, least: int = 10, most: int = 100_000) -> None:
        self.target = target
        self._least = least
        self._most = most
        self._size = float(min(most, max(least, first)))
        self._costs: list[float] = []
        self._growing = True
        self._calm = WINDOW

    @property
    def size(self) -> int:
        """Rows that the next batch should take."""
        return int(self._size)

    def after(self, rows: int, seconds: float, waited: float = 0.0) -> None:
        """A batch of :attr:`size` found *rows* and took *seconds*; others spent *waited* seconds behind its locks.

        *seconds* is the batch's own time, from its first lock to its commit, without pauses.
        """
        self._calm = 0 if waited > 0 else self._calm + 1
        if seconds > FAR_TOO_LONG * self.target:
            self._set(self._size / 10)
            self._costs.clear()
            return
        self._costs = [*self._costs, self._cost(rows, seconds)][-WINDOW:]
        factor = self._factor()
        if waited > 0:
            factor = min(factor, 0.5)
        elif seconds > self.target:
            factor = min(factor, 1.0)
        self._change(factor)

    def _cost(self, rows: int, seconds: float) -> float:
        """Seconds per row. Of a batch that did not find its rows, per row that it looked for: a gap is no high cost."""
        return seconds / (rows if rows > self._size / 2 else self._size)

    def _factor(self) -> float:
        """How many times larger the next batch is to be, by what the last ones cost."""
        fastest = FASTEST_GROWTH if self._calm >= WINDOW else SHY_GROWTH
        cost = sorted(self._costs)[math.ceil(0.9 * len(self._costs)) - 1]
        factor = self.target / (cost * self._size) if cost > 0 else fastest
        return 1.0 if NEAR_ENOUGH[0] <= factor <= NEAR_ENOUGH[1] else min(factor, fastest)

    def _change(self, factor: float) -> None:
        if factor == 1.0:
            return
        # A batch has a cost of its own, so what a row cost in smaller batches is too much for larger ones; and at a
        # turn the older samples are of a time that is over.
        if factor > 1.0 or self._growing:
            self._costs.clear()
        self._growing = factor > 1.0
        self._set(self._size * factor)

    def _set(self, size: float) -> None:
        self._size = min(float(self._most), max(float(self._least), size))
