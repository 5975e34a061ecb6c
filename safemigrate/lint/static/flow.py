"""How statements follow one another: every branch that may be taken is read, and every loop that may run."""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Callable
from typing import Any

from safemigrate.lint.static import definitions, files
from safemigrate.lint.static.expressions import one_of
from safemigrate.lint.static.limits import ELEMENTS, Refused
from safemigrate.lint.static.statements import NEXT, Statements
from safemigrate.lint.static.values import UNKNOWN, Function, Managed, Scope, Unknown

BREAK, CONTINUE, RETURN, RAISE = "break", "continue", "return", "raise"
"""How a statement ends that leaves its loop or its function."""


class Flow(Statements):
    """Follows conditions, loops, ``try``, ``with`` and ``return``."""

    def _Return(self, node: ast.Return) -> str:
        self.scope.returned.append(self.eval(node.value))
        return RETURN

    def _Raise(self, node: ast.Raise) -> str:
        if self.certain:
            self.gap(f"raises {ast.unparse(node.exc)[:200] if node.exc else 'what it has caught'}", node.lineno)
        return RAISE

    def _Break(self, _node: ast.Break) -> str:
        return BREAK

    def _Continue(self, _node: ast.Continue) -> str:
        return CONTINUE

    def _If(self, node: ast.If) -> str:
        known = self.test(self.eval(node.test))
        if known is not None:
            return self.block(node.body if known else node.orelse)
        return self.either(lambda: self.block(node.body), lambda: self.block(node.orelse))

    def either(self, *branches: Callable[[], str]) -> str:
        """One of *branches* is taken; all are read."""
        before = dict(self.scope.names)
        flows, ends = [], []
        for branch in branches:
            self.scope.names = dict(before)
            with self.in_doubt():
                flows.append(branch())
            if flows[-1] == NEXT or all(flow == flows[-1] for flow in flows):
                ends.append(self.scope.names)
        self.scope.names = _merged(ends or [before])
        if all(flow == flows[0] for flow in flows):
            return flows[0]
        self.scope.maybe |= {flow for flow in flows if flow not in (NEXT, RAISE)}
        return NEXT

    def _Match(self, node: ast.Match) -> str:
        self.eval(node.subject)
        branches = [self._case(each) for each in node.cases]
        return self.either(*branches, lambda: NEXT)

    def _case(self, case: ast.match_case) -> Callable[[], str]:
        def branch() -> str:
            for each in ast.walk(case.pattern):
                name = getattr(each, "name", None) or getattr(each, "rest", None)
                if isinstance(name, str):
                    self.scope.names[name] = UNKNOWN
            return self.block(case.body)

        return branch

    def _For(self, node: ast.For | ast.AsyncFor) -> str:
        over = self.eval(node.iter)
        known = self.elements(over)
        if known is None or self.doubted(over):
            unknown = over if isinstance(over, Unknown) else UNKNOWN
            return self._perhaps(node, [unknown] if known is None else known)
        return self._loop(node, known)

    _AsyncFor = _For

    def _perhaps(self, node: ast.For | ast.AsyncFor, values: list[Any]) -> str:
        """The loop may run for each of *values*, or not."""
        return self.either(lambda: self._loop(node, values), lambda: NEXT)

    def _loop(self, node: ast.For | ast.AsyncFor, values: list[Any]) -> str:
        before = set(self.scope.maybe)
        for value in self.budget.each(values):
            self.bind(node.target, value)
            flow = self.block(node.body)
            self.scope.maybe -= {CONTINUE} - before
            if flow == BREAK:
                return self._left(before, NEXT)
            if flow in (RETURN, RAISE):
                return self._left(before, flow)
        return self._left(before, self.block(node.orelse))

    def _left(self, before: set[str], flow: str) -> str:
        self.scope.maybe -= {BREAK, CONTINUE} - before
        return flow

    def _While(self, node: ast.While) -> str:
        before = set(self.scope.maybe)
        while (known := self.test(self.eval(node.test))) is True:
            self.budget.spend()
            flow = self.block(node.body)
            if BREAK in self.scope.maybe - before:
                break  # how often it runs is not known any more
            self.scope.maybe -= {CONTINUE} - before
            if flow == BREAK:
                return self._left(before, NEXT)
            if flow in (RETURN, RAISE):
                return self._left(before, flow)
        if known is None:
            return self._left(before, self.either(lambda: self._within(node.body), lambda: NEXT))
        return self._left(before, self.block(node.orelse) if known is False else NEXT)

    def _within(self, body: list[ast.stmt]) -> str:
        flow = self.block(body)
        return flow if flow in (RETURN, RAISE) else NEXT

    def _Try(self, node: ast.Try) -> str:
        flow = self.block(node.body)
        if flow == NEXT:
            flow = self.block(node.orelse)
        if node.handlers:
            flow = self.either(lambda: flow, *(self._handler(each) for each in node.handlers))
        last = self.block(node.finalbody)
        return flow if last == NEXT else last

    _TryStar = _Try

    def _handler(self, handler: ast.ExceptHandler) -> Callable[[], str]:
        def branch() -> str:
            if handler.name:
                self.scope.names[handler.name] = UNKNOWN
            return self.block(handler.body)

        return branch

    # -- with

    def _With(self, node: ast.With | ast.AsyncWith) -> str:
        return self._managed(node.items, node.body)

    _AsyncWith = _With

    def _managed(self, items: list[ast.withitem], body: list[ast.stmt]) -> str:
        if not items:
            return self.block(body)
        first, *rest = items
        manager = self.eval(first.context_expr)
        line = first.context_expr.lineno
        flow = NEXT

        def go_on(value: Any) -> None:
            nonlocal flow
            if first.optional_vars is not None:
                self.bind(first.optional_vars, value)
            flow = self._managed(rest, body)

        if isinstance(manager, Managed):
            self._through(manager, line, go_on)
        elif isinstance(manager, contextlib.AbstractContextManager) or hasattr(type(manager), "__exit__"):
            self._entered(manager, line, go_on)
        elif isinstance(manager, (Unknown, files.Opened)):
            go_on(manager)
        else:
            self.gap("enters something that is not known", line)
            go_on(UNKNOWN)
        return flow

    def _entered(self, manager: Any, line: int, go_on: Callable[[Any], None]) -> None:
        value = self.run(line, manager.__enter__)
        try:
            go_on(self.admitted(value))
        except BaseException:
            manager.__exit__(*sys.exc_info())
            raise
        self.run(line, lambda: manager.__exit__(None, None, None))

    def _through(self, managed: Managed, line: int, go_on: Callable[[Any], None]) -> None:
        """A ``@contextmanager`` function of the file: the block is read where it yields."""
        outside = self.scope
        entered = 0

        def block(value: Any) -> None:
            nonlocal entered
            entered += 1
            if entered == 1:
                with self.within_scope(outside):
                    go_on(value)

        arguments = definitions.arguments(managed)
        self.run(line, lambda: self.invoke(managed.function, arguments, block))
        if not entered:
            self.gap(f"enters {managed.function.name}, which yields nothing", line)
            go_on(UNKNOWN)

    # -- functions

    def body(self, function: Function, scope: Scope) -> Any:
        if isinstance(function.node, ast.Lambda):
            return self.eval(function.node.body)
        found: list[Any] = []
        if function.generates and scope.yielded is None:
            scope.yielded = found.append
        flow = self.block(function.node.body)
        if function.generates:
            return found
        ends = scope.returned if flow == RETURN else [*scope.returned, None]
        return one_of(ends)

    def _Yield(self, node: ast.Yield) -> Any:
        value = self.eval(node.value)
        for scope in self.scope.chain():
            if scope.yielded is not None:
                return scope.yielded(value)
        raise Refused("yields outside a function")

    def _YieldFrom(self, node: ast.YieldFrom) -> Any:
        for value in self.elements(self.eval(node.value)) or [UNKNOWN]:
            if self.scope.yielded is not None:
                self.scope.yielded(value)

    def _Await(self, node: ast.Await) -> Any:
        return self.eval(node.value)


def _merged(ends: list[dict[str, Any]]) -> dict[str, Any]:
    """The names after one of several branches: unknown where the branches do not agree."""
    first = ends[0]
    if len(ends) == 1:
        return first
    names = dict.fromkeys(name for end in ends for name in end)
    return {name: _agreed([end.get(name, UNKNOWN) for end in ends]) for name in names}


def _agreed(values: list[Any]) -> Any:
    first = values[0]
    if all(isinstance(each, ELEMENTS) and type(each) is type(first) for each in values) and first is not values[-1]:
        return UNKNOWN
    return one_of(values)
