"""What the reader works with besides plain data and SQLAlchemy's own objects: the unknown, and what can be called."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from safemigrate.lint.static.limits import ELEMENTS

TOKEN = "\ue000"
"""Stands in a text for what is not known there. A private character, so that whatever Python, SQLAlchemy and Alembic
do to the text, it can be found again in the statement that is sent."""


PERHAPS = "\ue001"
"""Stands behind a text that may not be there at all, such as ``CASCADE`` under a condition."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the source alone does not tell.

    *foreign* names something that could do anything when it is called, *where* says that it is defined where the
    reader does not look. Without a name it only tells (a row, the inspector, the time), whatever is done with it.
    """

    foreign: str = ""
    where: str = ""

    def member(self, name: str) -> Unknown:
        return Unknown(f"{self.foreign}.{name}", self.where) if self.foreign else self

    @property
    def called(self) -> str:
        """What is to be said where it is called."""
        return f"calls {self.foreign}{self.where}, which is not read"


UNKNOWN = Unknown()
ELSEWHERE = " of another module"

Kind = Literal["plain", "sql", "op", "bind"]


@dataclass(frozen=True, slots=True)
class Native:
    """A real function, or a method of *of*, that may be called; *kind* is how its arguments are treated."""

    call: Callable[..., Any]
    name: str
    kind: Kind = "plain"
    of: Any = None


@dataclass(eq=False, slots=True)
class Scope:
    """The names of one run of a function (or of the module), and what is known about how it goes on.

    *maybe*: what may have ended it, or the loop that it is in, before the statement that is being read.
    """

    names: dict[str, Any] = field(default_factory=dict)
    outer: Scope | None = None
    shared: dict[str, Scope] = field(default_factory=dict)
    maybe: set[str] = field(default_factory=set)
    returned: list[Any] = field(default_factory=list)
    yielded: Callable[[Any], Any] | None = None

    def chain(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer


@dataclass(frozen=True, eq=False, slots=True)
class Function:
    """A function or a lambda of the file. *manager*: ``@contextmanager`` stands above it; *by*: what else does."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    defaults: dict[str, Any]
    manager: bool = False
    by: str = ""

    @property
    def generates(self) -> bool:
        return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(self.node))


@dataclass(frozen=True, slots=True)
class Managed:
    """The call of a ``@contextmanager`` function of the file, for the ``with`` that it is written in."""

    function: Function
    positional: list[Any]
    named: dict[str, Any]


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of *function* that are not of a function in it."""
    rest = [*ast.iter_child_nodes(function)]
    while rest:
        node = rest.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            rest.extend(ast.iter_child_nodes(node))


class UnknownType(sa.types.UserDefinedType[Any]):
    """The type of a column that is not known."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return TOKEN


def marked(text: str) -> bool:
    """Whether there is something unknown in *text*."""
    return TOKEN in text or PERHAPS in text


def unknown(value: Any) -> bool:
    """Whether *value* is unknown as a whole, or a text with something unknown in it."""
    return isinstance(value, Unknown) or (isinstance(value, str) and marked(value))


def doubtful(*values: Any) -> bool:
    """Whether there is something unknown in *values* or their elements, texts included."""
    return any(unknown(each) for each in within(values))


def missing(*values: Any) -> bool:
    """Whether one of *values*, or of their elements, is unknown as a whole."""
    return any(isinstance(each, Unknown) for each in within(values))


def within(values: Iterable[Any]) -> Iterator[Any]:
    """*values*, their elements, the elements of those; none twice."""
    seen: set[int] = set()
    rest = [*values]
    while rest:
        value = rest.pop()
        yield value
        if isinstance(value, ELEMENTS) and id(value) not in seen:
            seen.add(id(value))
            rest += [*value.keys(), *value.values()] if isinstance(value, dict) else value


def replaced(value: Any, instead: Callable[[Unknown], Any]) -> Any:
    """*value* with *instead* of what is unknown in it; texts are left as they are. *value* has been weighed."""
    if isinstance(value, Unknown):
        return instead(value)
    if isinstance(value, dict):
        return {replaced(key, instead): replaced(each, instead) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)) and missing(value):
        return type(value)(replaced(each, instead) for each in value)
    return value
