"""How much may be spent on one revision: steps, sizes, depths. What would be more is refused before it is tried.

A source that is read may have been written to keep its reader busy. Every step is counted, and whatever can be far
larger than what it is made of (a power, a repetition, a width, a list in a list in a list) is measured first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

STEPS = 300_000
"""Steps for one revision; about two seconds of them."""

TEXT = 5_000_000
"""Characters of one text, or of all texts in one value."""

ITEMS = 100_000
"""Elements of one value, those of its elements included."""

BITS = 20_000
"""Binary digits of one number."""

EXPRESSION = 3000
"""Parts of one expression of SQL."""

DEPTH = 20
"""Functions of the revision that call one another."""

ELEMENTS = (list, tuple, set, frozenset, dict)


class Refused(Exception):
    """What is not read, or not understood: a short plain sentence. The reading goes on with an unknown value."""


class Exhausted(BaseException):
    """The steps are spent. A BaseException, so that nothing on its way takes it for something to go on after."""


class Budget:
    """The steps that are left."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise Exhausted

    def measure(self, *values: object) -> None:
        """Spend what it takes to go once over *values*, not over their elements' elements."""
        for value in values:
            if isinstance(value, (str, bytes)):
                self.spend(len(value) // 2000)
            elif isinstance(value, ELEMENTS):
                self.spend(len(value) // 10)

    def weigh(self, *values: object) -> None:
        """Refuse *values* that are larger together than they may be; an element that stands twice counts twice."""
        items = text = 0
        rest: list[Any] = [*values]
        while rest:
            value = rest.pop()
            items += 1
            if isinstance(value, (str, bytes)):
                text += len(value)
            elif isinstance(value, dict):
                rest.extend(value.keys())
                rest.extend(value.values())
            elif isinstance(value, ELEMENTS):
                rest.extend(value)
            if items + len(rest) > 4 * ITEMS or text > TEXT:
                self.spend((items + len(rest)) // 10)
                raise Refused("makes a value that is larger than what is read")
        self.spend(items // 10 + text // 2000)

    def each(self, values: Iterable[Any]) -> Iterator[Any]:
        """*values*, a step for each."""
        for value in values:
            self.spend()
            yield value


def bounded(value: Any) -> Any:
    """*value*, if it is not larger than values may be by themselves."""
    size = 0.0
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        size = value.bit_length() / BITS
    elif isinstance(value, (str, bytes)):
        size = len(value) / TEXT
    elif isinstance(value, (*ELEMENTS, range)):
        size = _length(value) / ITEMS
    elif isinstance(value, Decimal):
        size = abs(value.adjusted()) / 5000 if value.is_finite() else 0
    if size > 1:
        raise Refused("makes a value that is larger than what is read")
    return value


def _length(value: Any) -> int:
    try:
        return len(value)
    except OverflowError:  # a range may have more elements than a length can say
        return ITEMS + 1
