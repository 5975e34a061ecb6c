"""The lines and the marks of ``batch_alter_table``'s operations.

A batch is flushed when its ``with`` block ends, so the stack then points at the ``with`` line for all of them. While
:func:`lines` is in force, each operation that is put into a batch leaves the lines of its callers beside it, and what
was said about it there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from alembic.operations import batch

from safemigrate.statement import Marks, marks


@dataclass(frozen=True, slots=True)
class Queued:
    """Where an operation was put into its batch: the lines of *source* on the stack, innermost first; its marks."""

    lines: tuple[int, ...]
    marks: Marks


class _Lined(list[Any]):
    """The operations of one batch, each with where in *source* it was put there."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.queued: dict[int, Queued] = {}

    def append(self, item: Any) -> None:
        super().append(item)
        self.queued[id(item)] = Queued(lines_of(sys._getframe(1), self.source), marks.current())


def lines_of(frame: FrameType | None, source: str) -> tuple[int, ...]:
    """The lines of the file *source* that are being run at or above *frame*, innermost first."""
    found = []
    while frame is not None:
        if frame.f_code.co_filename == source:
            found.append(frame.f_lineno)
        frame = frame.f_back
    return tuple(found)


def flushed(frame: FrameType | None) -> Queued | None:
    """Where the batch operation was queued that *frame* is now sending, if a batch is being flushed."""
    while frame is not None:
        if frame.f_code is batch.BatchOperationsImpl.flush.__code__:
            return _queued(frame)
        frame = frame.f_back
    return None


def _queued(frame: FrameType) -> Queued | None:
    operations = getattr(frame.f_locals.get("self"), "batch", None)
    if not isinstance(operations, _Lined):
        return None
    arguments = frame.f_locals.get("arg")
    for item in operations:
        if item[1] is arguments:
            return operations.queued.get(id(item))
    return None


@contextmanager
def lines(source: str) -> Iterator[None]:
    """Keep the lines of operations queued in batches by the file *source*."""
    original: Any = batch.BatchOperationsImpl.__init__

    def with_lines(self: Any, *positional: Any, **named: Any) -> None:
        original(self, *positional, **named)
        self.batch = _Lined(source)

    setattr(batch.BatchOperationsImpl, "__init__", with_lines)  # noqa: B010 -- a method, to the type checker
    try:
        yield
    finally:
        setattr(batch.BatchOperationsImpl, "__init__", original)  # noqa: B010
