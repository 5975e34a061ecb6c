"""What the reader of one revision holds: its names, its budget, the record that it writes, and how certain it is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from safemigrate.lint.static.limits import ELEMENTS, EXPRESSION, Budget, Refused
from safemigrate.lint.static.record import Read
from safemigrate.lint.static.values import UNKNOWN, Scope, within


@lru_cache(maxsize=4096)
def _call_at(path: str, line: int) -> CodeType:
    """A call of ``thunk`` that stands in line *line* of the file *path*."""
    tree = ast.parse("thunk()", mode="eval")
    return compile(ast.increment_lineno(tree, line - 1), path, "eval")


class State:
    """One revision while it is read."""

    def __init__(self, path: str, record: Read, context: MigrationContext) -> None:
        self.path = path
        self.record = record
        self.context = context
        self.operations = Operations(context)
        self.budget = Budget()
        self.depth = 0
        self.scope = Scope()
        self.line = 0
        self.mute = False
        """Whether a call of what is defined elsewhere is told where its result is used, not where it is made."""
        self._sizes: dict[int, tuple[Any, int]] = {}
        self._told: set[tuple[int, str]] = set()
        self.stopped = 0
        """The line at which the steps were spent."""
        self._doubt = 0
        self._running: list[Scope] = [self.scope]
        self._doubted: dict[int, Any] = {}

    def gap(self, why: str, line: int = 0) -> None:
        self.record.gap(why, line or self.line)

    def run(self, line: int, thunk: Callable[[], Any], *arguments: Any) -> Any:
        """Call *thunk*, for which a call with *arguments* stands in *line*; what it sends is recorded from there."""
        before = self.record.certain
        self.record.certain = self.certain and not self._from_doubt(arguments)
        try:
            return eval(_call_at(self.path, line), {"__builtins__": {}, "thunk": thunk})
        finally:
            self.record.certain = before

    @property
    def certain(self) -> bool:
        """Whether what is being read will run."""
        return not self._doubt and not any(scope.maybe for scope in self._running)

    @contextmanager
    def in_doubt(self, doubt: bool = True) -> Iterator[None]:
        """Within the block, what is read may not run."""
        self._doubt += doubt
        try:
            yield
        finally:
            self._doubt -= doubt

    @contextmanager
    def within_scope(self, scope: Scope) -> Iterator[None]:
        """Within the block, names are those of *scope*."""
        before, self.scope = self.scope, scope
        self._running.append(scope)
        try:
            yield
        finally:
            self._running.pop()
            self.scope = before

    def changed(self, value: Any) -> None:
        """*value* is changed here; it cannot be relied on any more where that is not certain."""
        if not self.certain and isinstance(value, ELEMENTS):
            self._doubted[id(value)] = value

    def doubted(self, value: Any) -> bool:
        """Whether *value* was changed where that was not certain."""
        return id(value) in self._doubted

    def carried(self, result: Any, *sources: Any) -> Any:
        """*result*, made of *sources*: it cannot be relied on where they cannot."""
        if result is None or not self._doubted or not any(self.doubted(each) for each in sources):
            return result
        if not isinstance(result, ELEMENTS):
            return UNKNOWN
        self._doubted[id(result)] = result
        return result

    def grown(self, result: Any, *sources: Any) -> Any:
        """*result*, an expression of SQL if it is one, made of *sources*. Raises Refused where it is too large."""
        if not isinstance(result, sa.ClauseElement):
            return result
        parts = (
            self._sizes.get(id(each), (each, 1))[1] for each in within(sources) if isinstance(each, sa.ClauseElement)
        )
        size = 1 + sum(parts)
        self.budget.spend(size // 10)
        if size > EXPRESSION:
            raise Refused("makes an expression that is larger than what is read")
        self._sizes[id(result)] = (result, size)
        return result

    def _from_doubt(self, arguments: tuple[Any, ...]) -> bool:
        return bool(self._doubted) and any(self.doubted(each) for each in within(arguments))
