"""The lines of ``batch_alter_table``'s operations.

A batch is flushed when its ``with`` block ends, so the stack then points at the ``with`` line for all of them. While
:func:`lines` is in force, each operation that is put into a batch leaves the line of its caller beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from alembic.operations import batch


class _Lined(list[Any]):
    """The operations of one batch, each with the line in *source* that put it there."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.line_of: dict[int, int] = {}

    def append(self, item: Any) -> None:
        super().append(item)
        frame = caller(sys._getframe(1), self.source)
        if frame is not None:
            self.line_of[id(item)] = frame.f_lineno


def caller(frame: FrameType | None, source: str) -> FrameType | None:
    """The innermost frame at or above *frame* that runs code of the file *source*."""
    while frame is not None and frame.f_code.co_filename != source:
        frame = frame.f_back
    return frame


def flushed_line(frame: FrameType | None) -> int | None:
    """The line that queued the batch operation which *frame* is now sending, if a batch is being flushed."""
    while frame is not None:
        if frame.f_code is batch.BatchOperationsImpl.flush.__code__:
            return _line(frame)
        frame = frame.f_back
    return None


def _line(frame: FrameType) -> int | None:
    operations = getattr(frame.f_locals.get("self"), "batch", None)
    if not isinstance(operations, _Lined):
        return None
    arguments = frame.f_locals.get("arg")
    for item in operations:
        if item[1] is arguments:
            return operations.line_of.get(id(item))
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
