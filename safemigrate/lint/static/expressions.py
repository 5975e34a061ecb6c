"""Expressions: what they are worth, as far as the source tells."""

from __future__ import annotations

import ast
import builtins
import enum
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from safemigrate.lint.static import files, members, plain, reach, texts
from safemigrate.lint.static.limits import ELEMENTS, Refused, bounded
from safemigrate.lint.static.models import Model, Query
from safemigrate.lint.static.names import names
from safemigrate.lint.static.state import State
from safemigrate.lint.static.values import (
    PERHAPS,
    TOKEN,
    UNKNOWN,
    Function,
    Native,
    Scope,
    Unknown,
    doubtful,
    marked,
    missing,
    unknown,
)


class Expressions(State):
    """Evaluates expressions. What is not understood is a gap, and unknown."""

    def eval(self, node: ast.expr | None) -> Any:
        if node is None:
            return None
        self.budget.spend()
        visit: Callable[[Any], Any] | None = getattr(self, f"_{type(node).__name__}", None)
        try:
            if visit is None:
                raise Refused("is written in a way that is not read")
            return visit(node)
        except Refused as refused:
            self.gap(str(refused), node.lineno)
        except RecursionError:
            self.gap("is nested too deeply to be read", node.lineno)
        except Exception as error:
            self.gap(said(error), node.lineno)
        return UNKNOWN

    def test(self, value: Any) -> bool | None:
        """Whether *value* is true; None where that is not known."""
        if isinstance(value, str) and marked(value):
            return True if TOKEN in value and value.strip(TOKEN) else None
        if isinstance(value, (Unknown, sa.ClauseElement)) or self.doubted(value):
            return None
        return bool(value) if plain.is_plain(value) else True

    def elements(self, value: Any) -> list[Any] | None:
        """What a loop over *value* goes through; None where that is not known."""
        if isinstance(value, (Unknown, Query)):
            return None
        if isinstance(value, enum.EnumMeta):
            return [*value]
        if isinstance(value, ReadOnlyColumnCollection):
            return [*value]
        if isinstance(value, (*ELEMENTS, range, str)):
            self.budget.measure(bounded(value))
            return [*value]
        raise Refused("goes through something that is not known")

    def lookup(self, name: str) -> Any:
        for scope in self.scope.chain():
            owner = scope.shared.get(name, scope)
            if name in owner.names:
                return owner.names[name]
        if name in plain.BUILTINS or name in plain.KINDS or name in BY_READER:
            return Native(plain.BUILTINS.get(name, plain.KINDS.get(name, _never)), name, of=plain)
        if name.endswith(("Error", "Exception", "Warning")) and isinstance(getattr(builtins, name, None), type):
            return Native(reach.tells, name)
        raise Refused(f"uses {name}, which is not read")

    def member(self, value: Any, name: str) -> Any:
        if isinstance(value, PurePath) and name in ("open", "read_bytes", "read_text"):
            read = files.opened if name == "open" else files.read
            return Native(lambda *_, **__: read(value, self.path), name)
        if isinstance(value, PurePath) and name in ("exists", "is_file"):
            return Native(lambda: UNKNOWN, name)
        return members.member(value, name, self.operations)

    # -- leaves

    def _Constant(self, node: ast.Constant) -> Any:
        return node.value

    def _Name(self, node: ast.Name) -> Any:
        return self.lookup(node.id)

    def _Attribute(self, node: ast.Attribute) -> Any:
        return self.member(self.eval(node.value), node.attr)

    def _NamedExpr(self, node: ast.NamedExpr) -> Any:
        value = self.eval(node.value)
        self.scope.names[node.target.id] = value
        return value

    def _Lambda(self, node: ast.Lambda) -> Any:
        return Function("lambda", node, self.scope, self.defaults(node.args))

    def defaults(self, arguments: ast.arguments) -> dict[str, Any]:
        """Parameter → the value that it has where none is given."""
        by_place = [*arguments.posonlyargs, *arguments.args]
        given = zip(reversed(by_place), reversed(arguments.defaults), strict=False)
        named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        return {parameter.arg: self.eval(each) for parameter, each in (*given, *named) if each is not None}

    # -- texts

    def _JoinedStr(self, node: ast.JoinedStr) -> str:
        parts = [self._part(each) for each in node.values]
        return texts.joined("", parts)

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            conversion = chr(node.conversion) if node.conversion >= 0 else ""
            specification = str(self.eval(node.format_spec) or "")
            value = self.eval(node.value)
            return texts.text_of(value, self.budget, specification=specification, conversion=conversion)
        return str(self.eval(node))

    # -- displays

    def _elements(self, nodes: list[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found += self.elements(self.eval(node.value)) or [UNKNOWN]
            else:
                found.append(self.eval(node))
        bounded(found)
        return found

    def _List(self, node: ast.List) -> Any:
        return self._elements(node.elts)

    def _Tuple(self, node: ast.Tuple) -> Any:
        return tuple(self._elements(node.elts))

    def _Set(self, node: ast.Set) -> Any:
        found = self._elements(node.elts)
        self.budget.weigh(found)
        return set(found)

    def _Dict(self, node: ast.Dict) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                more = self.eval(value)
                found.update(more if isinstance(more, dict) else {UNKNOWN: UNKNOWN})
            else:
                told = self.eval(key)
                self.budget.weigh(told)
                found[told] = self.eval(value)
        return bounded(found)

    # -- operators

    def _BinOp(self, node: ast.BinOp) -> Any:
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):  # long sums are deep trees
            chain.append(chain[-1].left)
        value = self.eval(chain[-1].left)
        for each in reversed(chain):
            self.budget.spend()
            value = self.operate(each.op, value, self.eval(each.right))
        return value

    def operate(self, operator: ast.AST, left: Any, right: Any) -> Any:
        """*left* *operator* *right*."""
        self.budget.measure(left, right)
        if isinstance(operator, ast.Mod) and isinstance(left, str):
            return texts.percent(left, right, self.budget)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return self._with_unknown(operator, left, right)
        if not (self._fits(left) and self._fits(right)):
            raise Refused("computes with something that is not known")
        result = bounded(plain.OPERATORS[type(operator)](left, right))
        self.budget.measure(result)
        return self.grown(self.carried(result, left, right), left, right)

    def _with_unknown(self, operator: ast.AST, left: Any, right: Any) -> Any:
        both = (left, right)
        if isinstance(operator, ast.Add) and any(isinstance(each, str) for each in both):
            return "".join(TOKEN if isinstance(each, Unknown) else each for each in both)
        if any(isinstance(each, sa.ClauseElement) for each in both):
            told = (sa.literal_column(TOKEN) if isinstance(each, Unknown) else each for each in both)
            return self.grown(plain.OPERATORS[type(operator)](*told), left, right)
        return UNKNOWN

    @staticmethod
    def _fits(value: Any) -> bool:
        return plain.is_plain(value) or isinstance(value, (sa.ClauseElement, str))

    def _UnaryOp(self, node: ast.UnaryOp) -> Any:
        value = self.eval(node.operand)
        if isinstance(node.op, ast.Not):
            known = self.test(value)
            return UNKNOWN if known is None else not known
        if isinstance(value, Unknown):
            return UNKNOWN
        if not self._fits(value):
            raise Refused("computes with something that is not known")
        return plain.OPERATORS[type(node.op)](value, None)

    def _BoolOp(self, node: ast.BoolOp) -> Any:
        decides = isinstance(node.op, ast.Or)
        sure = True
        value: Any = None
        for each in node.values:
            with self.in_doubt(not sure):
                value = self.eval(each)
            known = self.test(value)
            if known is decides:
                return value if sure else decides
            sure = sure and known is not None
        return value if sure else UNKNOWN

    def _Compare(self, node: ast.Compare) -> Any:
        left = self.eval(node.left)
        result: Any = True
        for operator, each in zip(node.ops, node.comparators, strict=True):
            right = self.eval(each)
            result = self._compared(operator, left, right)
            if self.test(result) is not True:
                return result
            left = right
        return result

    def _compared(self, operator: ast.cmpop, left: Any, right: Any) -> Any:
        if isinstance(operator, (ast.Is, ast.IsNot)) and not (unknown(left) or unknown(right)):
            return plain.OPERATORS[type(operator)](left, right)
        if isinstance(left, sa.ClauseElement) or isinstance(right, sa.ClauseElement):
            return self._sql_compared(operator, left, right)
        self.budget.weigh(left, right)
        if doubtful(left, right) or self.doubted(left) or self.doubted(right):
            return UNKNOWN
        if isinstance(operator, (ast.In, ast.NotIn)) and not isinstance(right, (*ELEMENTS, str, bytes)):
            right = self.elements(right)
        return plain.OPERATORS[type(operator)](left, right)

    def _sql_compared(self, operator: ast.cmpop, left: Any, right: Any) -> Any:
        if isinstance(operator, (ast.In, ast.NotIn)):
            return UNKNOWN
        told = [sa.literal_column(TOKEN) if isinstance(each, Unknown) else each for each in (left, right)]
        return self.grown(plain.OPERATORS[type(operator)](*told), left, right)

    def _IfExp(self, node: ast.IfExp) -> Any:
        known = self.test(self.eval(node.test))
        if known is not None:
            return self.eval(node.body if known else node.orelse)
        with self.in_doubt():
            either = [self.eval(node.body), self.eval(node.orelse)]
        return one_of(either)

    # -- subscripts

    def _Subscript(self, node: ast.Subscript) -> Any:
        value, index = self.eval(node.value), self.eval(node.slice)
        if isinstance(value, Unknown):
            return value
        if isinstance(value, (Native, type)) and not isinstance(value, enum.EnumMeta):
            return UNKNOWN  # a type with its parameters
        if missing(index):
            return one_of([*value.values()] if isinstance(value, dict) else self.elements(value) or [])
        self.budget.measure(value)
        if isinstance(index, tuple):
            self.budget.weigh(index)
        if isinstance(value, enum.EnumMeta):
            return value.__members__[index]
        if isinstance(value, (*ELEMENTS, str, bytes, range, ReadOnlyColumnCollection, sa.ColumnElement)):
            return value[index]  # type: ignore[index]
        raise Refused("looks into something that is not known")

    def _Slice(self, node: ast.Slice) -> Any:
        ends = [self.eval(each) for each in (node.lower, node.upper, node.step)]
        return UNKNOWN if missing(ends) else slice(*ends)

    # -- comprehensions

    def _ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> Any:
        found: list[Any] = []
        known = self._comprehend(node.generators, lambda: found.append(self.eval(node.elt)))
        return bounded(found) if known else UNKNOWN

    _GeneratorExp = _ListComp

    def _SetComp(self, node: ast.SetComp) -> Any:
        found: list[Any] = []
        known = self._comprehend(node.generators, lambda: found.append(self.eval(node.elt)))
        self.budget.weigh(found)
        return set(found) if known else UNKNOWN

    def _DictComp(self, node: ast.DictComp) -> Any:
        found: list[tuple[Any, Any]] = []
        each = lambda: found.append((self.eval(node.key), self.eval(node.value)))  # noqa: E731
        known = self._comprehend(node.generators, each)
        self.budget.weigh(found)
        return dict(found) if known else UNKNOWN

    def _comprehend(self, generators: list[ast.comprehension], each: Callable[[], Any]) -> bool:
        """Whether *each* was done for all that the loops go through; else it was done once, to be seen."""
        with self.within_scope(Scope(outer=self.scope)):
            return self._loops(generators, each)

    def _loops(self, generators: list[ast.comprehension], each: Callable[[], Any]) -> bool:
        if not generators:
            each()
            return True
        first, *rest = generators
        over = self.elements(value := self.eval(first.iter))
        known = over is not None and not self.doubted(value)
        with self.in_doubt(not known):
            for element in self.budget.each([value] if over is None else over):
                self.bind(first.target, element)
                verdicts = [self.test(self.eval(condition)) for condition in first.ifs]
                if False in verdicts:
                    continue
                with self.in_doubt(None in verdicts):
                    known = self._loops(rest, each) and known and None not in verdicts
        return known

    def bind(self, target: ast.expr, value: Any) -> None:
        """Give the names in *target* their value."""
        raise NotImplementedError


def one_of(values: list[Any]) -> Any:
    """The value that all *values* are; else it is unknown, and could be anything if one of them can be called."""
    first = values[0] if values else UNKNOWN
    if all(each is first or (type(each) is type(first) and simple(first) and each == first) for each in values):
        return first
    if len(values) == 2 and "" in values and all(isinstance(each, str) for each in values):
        return f"{values[0] or values[1]}{PERHAPS}"
    called = any(isinstance(each, (Native, Function, Model)) or getattr(each, "foreign", "") for each in values)
    return Unknown("what is not known") if called else UNKNOWN


def simple(value: Any) -> bool:
    """Whether *value* can be compared at no cost."""
    return value is None or isinstance(value, (bool, int, float, str, bytes))


def said(error: Exception) -> str:
    cause: Any = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or ["no message"]
    return f"{type(cause).__name__}: {lines[0][:200]}"


def _never(*_positional: Any, **_named: Any) -> Any:
    raise Refused("calls something that is not known")


BY_READER = names("format getattr hasattr isinstance next open repr str")
"""Built-in functions that the reader does itself."""
