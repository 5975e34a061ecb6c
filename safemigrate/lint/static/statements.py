"""Statements of Python: every branch that may be taken is read, every loop that may run."""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Callable, Iterable
from typing import Any

from safemigrate.lint.static import definitions, files
from safemigrate.lint.static.database import Database
from safemigrate.lint.static.expressions import one_of
from safemigrate.lint.static.limits import ELEMENTS, Exhausted, Refused
from safemigrate.lint.static.values import UNKNOWN, Function, Managed, Scope, Unknown

NEXT, BREAK, CONTINUE, RETURN, RAISE = "next", "break", "continue", "return", "raise"
"""How a statement ends: with the next one, or by leaving the loop or the function."""


class Statements(Database):
    """Goes through the statements of a function, or of the module."""

    def block(self, nodes: Iterable[ast.stmt]) -> str:
        for node in nodes:
            flow = self.statement(node)
            if flow != NEXT:
                return flow
        return NEXT

    def statement(self, node: ast.stmt) -> str:
        self.budget.spend()
        visit: Callable[[Any], str | None] | None = getattr(self, f"_{type(node).__name__}", None)
        before, self.line = self.line, node.lineno
        try:
            if visit is None:
                raise Refused("is written in a way that is not read")
            return visit(node) or NEXT
        except Exhausted:
            self.stopped = self.stopped or node.lineno
            raise
        except Refused as refused:
            self.gap(str(refused), node.lineno)
        except RecursionError:
            self.gap("is nested too deeply to be read", node.lineno)
        except Exception as error:
            self.gap(f"{type(error).__name__}: {error}".splitlines()[0][:200], node.lineno)
        finally:
            self.line = before
        return NEXT

    # -- simple statements

    def _Expr(self, node: ast.Expr) -> None:
        self.eval(node.value)

    def _Pass(self, _node: ast.Pass) -> None: ...

    def _Import(self, node: ast.Import) -> None:
        for each in node.names:
            first = each.name.partition(".")[0]
            self.scope.names[each.asname or first] = definitions.imported(each.name if each.asname else first)

    def _ImportFrom(self, node: ast.ImportFrom) -> None:
        for each in node.names:
            name = each.asname or each.name
            self.scope.names[name] = definitions.imported_from(
                "." * node.level + (node.module or ""), each.name, self.member
            )

    def _FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        by = [(ast.unparse(each), self.eval(each)) for each in node.decorator_list]
        self.scope.names[node.name] = definitions.function(node, self.scope, self.defaults(node.args), by)

    _AsyncFunctionDef = _FunctionDef

    def _ClassDef(self, node: ast.ClassDef) -> None:
        scope = Scope(outer=self.scope)
        bases = [self.eval(each) for each in node.bases]
        with self.within_scope(scope):
            self.block(node.body)
        self.scope.names[node.name] = definitions.class_(node.name, bases, scope.names)

    def _Assign(self, node: ast.Assign) -> None:
        value = self._value(node.value)
        for target in node.targets:
            self.bind(target, value)

    def _AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.bind(node.target, self._value(node.value))

    def _value(self, node: ast.expr) -> Any:
        """At the level of the module, what a name is given is told where the name is used, if it ever is."""
        before = self.mute
        self.mute = before or (self.depth == 0 and isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)))
        try:
            return self.eval(node)
        finally:
            self.mute = before

    def _AugAssign(self, node: ast.AugAssign) -> None:
        now = ast.copy_location(_loaded(node.target), node)
        left, right = self.eval(now), self.eval(node.value)
        if isinstance(left, list) and isinstance(node.op, ast.Add) and not isinstance(right, Unknown):
            self.changed(left)
            left += self.elements(right) or []
            return
        self.bind(node.target, self.operate(node.op, left, right))

    def _Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.names.pop(target.id, None)

    def _Global(self, node: ast.Global | ast.Nonlocal) -> None:
        *_, outermost = self.scope.chain()
        for name in node.names:
            owners = [scope for scope in self.scope.chain() if scope is not self.scope and name in scope.names]
            owner = owners[0] if owners and isinstance(node, ast.Nonlocal) else outermost
            self.scope.shared[name] = owner

    _Nonlocal = _Global

    def _Assert(self, node: ast.Assert) -> None:
        self.eval(node.test)

    def bind(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Name):
            self.scope.shared.get(target.id, self.scope).names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value)
        elif isinstance(target, ast.Subscript):
            self._store(self.eval(target.value), self.eval(target.slice), value)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, value)
        else:
            raise Refused("changes an attribute, which is not read")

    def _unpack(self, targets: list[ast.expr], value: Any) -> None:
        values = self.elements(value)
        starred = [number for number, each in enumerate(targets) if isinstance(each, ast.Starred)]
        if values is not None and starred:
            first, after = starred[0], len(targets) - starred[0] - 1
            last = len(values) - after
            values = [*values[:first], values[first:last], *values[last:]]
        if values is None or len(values) != len(targets):
            if values is not None:
                self.gap("unpacks another number of values than there are")
            values = [value if isinstance(value, Unknown) else UNKNOWN] * len(targets)
        for target, each in zip(targets, values, strict=True):
            self.bind(target, each)

    def _store(self, container: Any, index: Any, value: Any) -> None:
        if isinstance(container, Unknown):
            return
        if not isinstance(container, (list, dict)):
            raise Refused("changes something that is not known")
        self.budget.weigh(index)
        self.changed(container)
        container[index] = value

    # -- how a function goes on

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
            handled = [self._handler(each) for each in node.handlers]
            flow = self.either(lambda: NEXT, *handled) if flow in (NEXT, RAISE) else flow
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


def _loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    raise Refused("changes an attribute, which is not read")


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
