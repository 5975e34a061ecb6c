"""What imports, functions and classes of the file are taken for."""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable
from typing import Any

from safemigrate.lint.static import models, reach
from safemigrate.lint.static.calls import Arguments
from safemigrate.lint.static.reach import Module
from safemigrate.lint.static.values import ELSEWHERE, UNKNOWN, Function, Managed, Native, Scope, Unknown

_BESIDE = (str, int)
"""What an enum may be besides an enum: its values are that."""


def imported(name: str) -> Any:
    """What ``import name`` gives to the name."""
    return reach.module(name)


def imported_from(module: str, name: str, member: Callable[[Any, str], Any]) -> Any:
    """What ``from module import name`` gives; *member* reads attributes."""
    if module == "typing" and name == "TYPE_CHECKING":
        return False
    found = reach.module(module) if not module.startswith(".") else Unknown(module, ELSEWHERE)
    if isinstance(found, Module):
        return member(found, name)
    full = f"{module.lstrip('.')}.{name}".lstrip(".")
    return Native(reach.tells, name) if found is UNKNOWN else Unknown(full, ELSEWHERE)


def function(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    scope: Scope,
    defaults: dict[str, Any],
    decorators: list[tuple[str, Any]],
) -> Function:
    """The function that *node* defines; *decorators* are their texts and what they are."""
    manager = any(value == Module("contextlib.contextmanager") for _, value in decorators)
    by = [text for text, value in decorators if value != Module("contextlib.contextmanager") and not _quiet(value)]
    return Function(node.name, node, scope, defaults, manager, ", ".join(by))


def _quiet(decorator: Any) -> bool:
    return decorator is UNKNOWN or (isinstance(decorator, Native) and decorator.call is reach.tells)


def arguments(managed: Managed) -> Arguments:
    return Arguments(managed.positional, managed.named)


def class_(name: str, bases: list[Any], members: dict[str, Any]) -> Any:
    """An enum, or a mapped class; another class is not read, and could do anything when it is called."""
    if isinstance(members.get("__tablename__"), str):
        return models.model(name, members)
    members = {key: value for key, value in members.items() if not isinstance(value, Function)}
    kinds = [each for each in bases if each in reach.ENUMS.values()]
    values = {key: value for key, value in members.items() if isinstance(value, (str, int, float, tuple))}
    if kinds and values and len(values) == len(members):
        return _enum(name, kinds[0], bases, values)
    return Unknown(f"class {name}")


def _enum(name: str, kind: type[enum.Enum], bases: list[Any], values: dict[str, Any]) -> Any:
    beside = [each for each in _BESIDE if any(_is(base, each) for base in bases)]
    pairs = [*values.items()]
    if beside and kind is enum.Enum:
        return enum.Enum(name, pairs, type=beside[0])
    made: Callable[..., Any] = kind  # called with a name and pairs, a kind of enum makes another
    return made(name, pairs)


def _is(base: Any, kind: type[Any]) -> bool:
    return isinstance(base, Native) and base.name == kind.__name__
