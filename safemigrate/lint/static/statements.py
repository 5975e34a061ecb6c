"""Statements of Python one after the other: imports, definitions, assignments, expressions; ``flow`` has the rest."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from safemigrate.lint.static import definitions
from safemigrate.lint.static.database import Database
from safemigrate.lint.static.limits import Exhausted, Refused
from safemigrate.lint.static.values import UNKNOWN, Scope, Unknown, missing

NEXT = "next"
"""How a statement ends that is followed by the next one; see ``flow`` for the others."""


class Statements(Database):
    """Goes through the statements of a block."""

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
            elif isinstance(target, ast.Subscript):
                self._forget(self.eval(target.value), self.eval(target.slice))
            else:
                raise Refused("changes an attribute, which is not read")

    def _forget(self, container: Any, index: Any) -> None:
        if isinstance(container, Unknown):
            return
        if not isinstance(container, (list, dict)) or missing(index):
            raise Refused("changes something that is not known")
        self.changed(container)
        del container[index]

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


def _loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    raise Refused("changes an attribute, which is not read")
