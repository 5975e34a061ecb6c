"""Calls: of the file's own functions, of plain functions, and of SQLAlchemy's constructors and methods."""

from __future__ import annotations

import ast
import contextlib
import datetime
import enum
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.operations import BatchOperations
from alembic.operations.ops import MigrateOperation
from alembic.runtime.migration import MigrationContext
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from safemigrate.lint.static import files, plain, reach, texts
from safemigrate.lint.static.expressions import Expressions
from safemigrate.lint.static.limits import DEPTH, ELEMENTS, Refused, bounded
from safemigrate.lint.static.models import Model, Query
from safemigrate.lint.static.names import names
from safemigrate.lint.static.values import (
    TOKEN,
    UNKNOWN,
    Function,
    Managed,
    Native,
    Scope,
    Unknown,
    UnknownType,
    doubtful,
    missing,
    replaced,
    unknown,
    within,
)

_ADMITTED = (
    *reach.SQL,
    *(str, dict, datetime.tzinfo),
    *(sa.MetaData, sa.Connection, sa.Engine, sa.engine.Transaction, sa.Dialect, ReadOnlyColumnCollection),
    *(MigrationContext, MigrateOperation, BatchOperations, contextlib.AbstractContextManager),
    *(Unknown, Native, Function, Managed, Model, Query, files.Opened, sa.engine.interfaces.Compiled),
)

_WHOLE = names("all any max min set frozenset sorted sum")
"""Built-in functions whose result depends on each element."""


def line_of(node: ast.Call) -> int:
    """The line that Python gives to the call: of a method, that of its name."""
    function = node.func
    if isinstance(function, ast.Attribute) and function.lineno != function.end_lineno:
        return function.end_lineno or node.lineno
    return node.lineno


class Arguments:
    """What stands between the parentheses of a call. *loose*: there are more, which are not known."""

    def __init__(self, positional: list[Any], named: dict[str, Any], loose: bool = False) -> None:
        self.positional = positional
        self.named = named
        self.loose = loose

    @property
    def every(self) -> tuple[Any, ...]:
        return (*self.positional, *self.named.values())

    def replaced(self, instead: Callable[[Unknown], Any]) -> Arguments:
        told = [replaced(each, instead) for each in self.positional]
        return Arguments(told, {name: replaced(each, instead) for name, each in self.named.items()}, self.loose)


class Calls(Expressions):
    """Makes the calls that may be made; see ``reach`` and ``members`` for which these are."""

    def _Call(self, node: ast.Call) -> Any:
        callee = self.eval(node.func)
        arguments = self.arguments(node)
        line = line_of(node)
        before, self.line = self.line, line
        try:
            if isinstance(callee, Native) and callee.of is plain and callee.name in ("next", "open"):
                return self._of_reader(callee.name, arguments, node)
            if isinstance(callee, Unknown) and not callee.foreign and not isinstance(node.func, ast.Attribute):
                raise Refused("calls something that is not known")
            return self.call(callee, arguments, line)
        except Refused as refused:
            self.gap(str(refused), line)
        except RecursionError:
            self.gap("is nested too deeply to be read", line)
        except Exception as error:
            self.gap(f"{type(error).__name__}: {error}".splitlines()[0][:200], line)
        finally:
            self.line = before
        return UNKNOWN

    def arguments(self, node: ast.Call) -> Arguments:
        positional: list[Any] = []
        named: dict[str, Any] = {}
        loose = False
        for each in node.args:
            if isinstance(each, ast.Starred):
                more = self.elements(self.eval(each.value))
                loose = loose or more is None
                positional += more or []
            else:
                positional.append(self.eval(each))
        for keyword in node.keywords:
            value = self.eval(keyword.value)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) and not unknown(key) for key in value):
                named.update(value)
            else:
                loose = True
        return Arguments(positional, named, loose)

    def call(self, callee: Any, arguments: Arguments, line: int) -> Any:
        """What *callee* gives for *arguments*, the call being in *line*. Raises Refused for what is not called."""
        if isinstance(callee, Unknown):
            return self._unknown(callee, arguments, line)
        if isinstance(callee, Function):
            return self._own(callee, arguments, line)
        self.budget.spend(5)
        self.budget.weigh(*arguments.every)
        if isinstance(callee, Native):
            return self._native(callee, arguments, line)
        if isinstance(callee, Model):
            return UNKNOWN
        if isinstance(callee, enum.EnumMeta) or callee in reach.PLAIN_CLASSES:
            return self._plain(Native(callee, callee.__name__), arguments)
        if isinstance(callee, type(sa.func)):
            return self._sql(Native(callee, "func", "sql"), arguments, line)
        if reach.sql_class(callee) or reach.operation_class(callee):
            return self._sql(Native(callee, callee.__name__, "sql"), arguments, line)
        raise Refused("calls something that is not known")

    def _unknown(self, callee: Unknown, arguments: Arguments, line: int) -> Unknown:
        if callee.foreign:
            first = (line, callee.foreign.partition("()")[0])
            if not self.mute and first not in self._told:
                self._told.add(first)
                self.gap(callee.called, line)
            return Unknown(f"{callee.foreign}()", callee.where)
        for each in within(arguments.every):
            if isinstance(each, (Function, reach.Module)) or (isinstance(each, Native) and each.kind in ("op", "bind")):
                self.gap("gives a function to something that is not known", line)
                return Unknown("what is not known")
        return UNKNOWN

    def _native(self, native: Native, arguments: Arguments, line: int) -> Any:
        if native.call is reach.tells:
            return self._unknown(UNKNOWN, arguments, line)
        if native.of is plain and native.name in ("format", "getattr", "hasattr", "isinstance", "repr", "str"):
            return self._of_reader(native.name, arguments, None)
        if native.kind == "op":
            return self.operation(native, arguments, line)
        if native.kind == "bind":
            return self.over_bind(native, arguments, line)
        if native.kind == "sql":
            return self._sql(native, arguments, line)
        return self._plain(native, arguments)

    def operation(self, native: Native, arguments: Arguments, line: int) -> Any:
        raise NotImplementedError

    def over_bind(self, native: Native, arguments: Arguments, line: int) -> Any:
        raise NotImplementedError

    # -- plain functions

    def _plain(self, native: Native, arguments: Arguments) -> Any:
        of = native.of
        if isinstance(of, str) and native.name == "join" and arguments.positional:
            return self._join(of, arguments.positional[0])
        if isinstance(of, str) and native.name == "format":
            named = arguments.named
            return texts.formatted(of, arguments.positional, named, self.member, self.budget)
        changes = native.name in plain.CHANGING and isinstance(of, ELEMENTS)
        if changes:
            self.changed(of)
        if arguments.loose or (not changes and self._undecided(native, arguments)):
            return UNKNOWN
        self.budget.measure(of)
        listed: dict[type[Any], Callable[[Any], Any]] = {range: bounded, enum.EnumMeta: list}
        told = [listed.get(type(each), self.real)(each) for each in arguments.positional]
        named = {name: self.real(each) for name, each in arguments.named.items()}
        result = self.carried(self.admitted(native.call(*told, **named)), of, *told)
        self.budget.measure(result)
        if isinstance(of, str) and (unknown(of) or doubtful(*told)) and not isinstance(result, (str, list, tuple)):
            return UNKNOWN
        return result

    def _undecided(self, native: Native, arguments: Arguments) -> bool:
        if isinstance(native.of, Query):
            return False
        if any(isinstance(each, Unknown) for each in arguments.every):
            return native.name != "print"
        return native.of is plain and native.name in _WHOLE and doubtful(*arguments.every)

    def _join(self, separator: str, value: Any) -> Any:
        parts = self.elements(value)
        if parts is None or self.doubted(value):
            return TOKEN
        return texts.joined(separator, parts)

    def _of_reader(self, name: str, arguments: Arguments, node: ast.Call | None) -> Any:
        first = arguments.positional[0] if arguments.positional else ""
        if name == "open":
            return files.opened(first, self.path)
        if name == "next":
            return self._next(first, arguments, node)
        if name == "isinstance":
            return self._is_instance(*arguments.positional)
        if name in ("getattr", "hasattr"):
            return self._attribute(name, *arguments.positional)
        conversion = "r" if name == "repr" else ""
        specification = str(arguments.positional[1]) if name == "format" and len(arguments.positional) > 1 else ""
        return texts.text_of(first, self.budget, specification=specification, conversion=conversion)

    @staticmethod
    def _next(first: Any, arguments: Arguments, node: ast.Call | None) -> Any:
        if isinstance(first, Unknown):
            return first
        if node is None or not node.args or not isinstance(node.args[0], ast.GeneratorExp):
            raise Refused("goes through something step by step, which is not read")
        return next(iter([*first, *arguments.positional[1:]]))

    def _attribute(self, asks: str, value: Any, name: Any, *default: Any) -> Any:
        if not isinstance(name, str) or unknown(name):
            return Unknown("what is not known")
        try:
            found = self.member(value, name)
        except (Refused, AttributeError, KeyError):
            if not default:
                raise
            found = default[0]
        return found if asks == "getattr" else UNKNOWN if isinstance(found, Unknown) else True

    @staticmethod
    def _is_instance(value: Any, kinds: Any) -> Any:
        names = [getattr(each, "name", None) for each in (kinds if isinstance(kinds, tuple) else (kinds,))]
        classes = [plain.KINDS.get(name) for name in names if isinstance(name, str)]
        if unknown(value) or len(classes) != len(names) or None in classes:
            return UNKNOWN
        return isinstance(value, tuple(each for each in classes if each is not None))

    # -- SQLAlchemy

    def _sql(self, native: Native, arguments: Arguments, line: int) -> Any:
        if arguments.loose:
            return Unknown(f"{native.name}()")
        if missing(*arguments.every):
            made = self._with_unknown_arguments(native, arguments)
            if isinstance(made, Unknown):
                return made
            arguments = made
        told, named = self.reals(arguments)
        self.budget.spend(10)
        made = self.admitted(self.run(line, lambda: native.call(*told, **named), arguments.every))
        return self.grown(made, native.of, *arguments.every)

    def _with_unknown_arguments(self, native: Native, arguments: Arguments) -> Arguments | Unknown:
        """*arguments* with something in the place of the unknown that the statement will show; or the unknown."""
        kind: Any = native.call
        if kind is sa.Column:
            return self._column(arguments)
        if native.name in ("Table", "column", "table") and isinstance(arguments.positional[0], Unknown):
            arguments = Arguments([TOKEN, *arguments.positional[1:]], arguments.named)
        if native.name == "text" or (isinstance(kind, type) and not issubclass(kind, sa.sql.functions.FunctionElement)):
            return Unknown(f"{native.name}()") if missing(*arguments.every) else arguments
        if native.name in ("bindparam", "bindparams", "literal", "params"):
            return arguments.replaced(lambda _: TOKEN)
        return arguments.replaced(lambda _: sa.literal_column(TOKEN))

    def _column(self, arguments: Arguments) -> Arguments | Unknown:
        """A column whose type is not known is a column all the same."""
        first, *rest = [*arguments.positional, UNKNOWN][: max(2, len(arguments.positional))]
        if "type_" in arguments.named or isinstance(first, Unknown) or missing(*rest[1:]):
            return Unknown("Column()")
        if any(missing(value) for name, value in arguments.named.items() if name != "server_default"):
            return Unknown("Column()")
        named = {
            name: sa.text(TOKEN) if isinstance(value, Unknown) else value for name, value in arguments.named.items()
        }
        if isinstance(rest[0], Unknown):
            self.gap("gives a column a type that is not known")
            rest[0] = UnknownType()
        return Arguments([first, *rest], named)

    # -- the file's own functions

    def _own(self, function: Function, arguments: Arguments, line: int) -> Any:
        if function.by:
            self.gap(f"calls {function.name} as {function.by} makes it, which is not read", line)
        if function.manager:
            return Managed(function, arguments.positional, arguments.named)
        return self.run(line, lambda: self.invoke(function, arguments))

    def invoke(self, function: Function, arguments: Arguments, yielded: Callable[[Any], Any] | None = None) -> Any:
        """Read the body of *function*; *yielded* is called with what it yields."""
        if self.depth >= DEPTH:
            raise Refused(f"calls {function.name} deeper than what is read")
        scope = Scope(self._bound(function, arguments), function.scope, yielded=yielded)
        self.depth += 1
        try:
            with self.within_scope(scope), self.in_doubt(bool(function.by)):
                return self.body(function, scope)
        finally:
            self.depth -= 1

    def body(self, function: Function, scope: Scope) -> Any:
        raise NotImplementedError

    @staticmethod
    def _bound(function: Function, arguments: Arguments) -> dict[str, Any]:
        parameters = function.node.args
        by_place = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
        expected = [*by_place, *(each.arg for each in parameters.kwonlyargs)]
        names = dict(zip(by_place, arguments.positional, strict=False))
        names |= {name: value for name, value in arguments.named.items() if name in expected}
        if parameters.vararg:
            names[parameters.vararg.arg] = UNKNOWN if arguments.loose else tuple(arguments.positional[len(by_place) :])
        if parameters.kwarg:
            more = {name: value for name, value in arguments.named.items() if name not in expected}
            names[parameters.kwarg.arg] = UNKNOWN if arguments.loose else more
        return {**{name: function.defaults.get(name, UNKNOWN) for name in expected}, **names}

    # -- at the border to real objects

    def reals(self, arguments: Arguments) -> tuple[list[Any], dict[str, Any]]:
        told = [self.real(each) for each in arguments.positional]
        return told, {name: self.real(each) for name, each in arguments.named.items()}

    def real(self, value: Any) -> Any:
        """*value* for a real function: what can be called is called through the reader."""
        if isinstance(value, (Function, Native)):
            return lambda *positional, **named: self._called_back(value, positional, named)
        if isinstance(value, Model):
            return value.table
        if isinstance(value, reach.Module):
            raise Refused("gives a module to a function, which is not read")
        if isinstance(value, (list, tuple)) and any(isinstance(each, (Function, Native, Model)) for each in value):
            return type(value)(self.real(each) for each in value)
        return value

    def _called_back(self, callee: Function | Native, positional: Any, named: dict[str, Any]) -> Any:
        told = [self.admitted(each) for each in positional]
        result = self.call(callee, Arguments(told, named), self.line)
        return None if isinstance(result, Unknown) else result

    def admitted(self, value: Any) -> Any:
        """*value*, if it is something that the reader knows; else it is unknown."""
        if plain.is_plain(value) or isinstance(value, _ADMITTED):
            return bounded(value)
        if type(value).__module__ == "sqlalchemy.orm.session" or isinstance(value, (type(sa.func), enum.EnumMeta)):
            return value
        return value if isinstance(value, type) and reach.sql_class(value) else UNKNOWN
