"""What only the source of a revision tells: loops, functions, imports. Nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import UnionType
from typing import TypeGuard

from safemigrate.capture import comments

_LOOPS = ast.For | ast.AsyncFor | ast.While
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_ASKS = frozenset({"query", "scalars", "execute"})
"""The methods of a session that give objects, or rows."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, or what may be one: ``from a import b`` is ``a`` with the name ``b``."""

    module: str
    line: int
    names: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def parsed(text: str) -> ast.Module:
    """The tree of a file; an empty one where it is no Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def function(text: str, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function *name* of a file; the last one, as Python has it."""
    found = [each for each in parsed(text).body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return next((each for each in reversed(found) if each.name == name), None)


@lru_cache(maxsize=64)
def imports(text: str) -> tuple[Import, ...]:
    """What a file imports, in functions too; not what is for a type checker only, and nothing relative to itself."""
    return tuple(_imports(parsed(text)))


def _imports(tree: ast.Module) -> Iterator[Import]:
    for node in _run(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield Import(node.module, node.lineno, tuple(alias.name for alias in node.names))


def _run(node: ast.AST) -> Iterator[ast.AST]:
    rest: list[ast.AST] = [node]
    while rest:
        each = rest.pop()
        yield each
        checked_only = isinstance(each, ast.If) and "TYPE_CHECKING" in ast.unparse(each.test)
        rest.extend(each.orelse if checked_only and isinstance(each, ast.If) else comments.inner(each))


def stands_alone(text: str, excerpt: str) -> bool:
    """Whether *excerpt*, lines of the file *text*, may be written elsewhere: it is an operation of ``op`` (not of a
    batch) and names nothing but what the file imports.
    """
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in parsed(text).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    statements = parsed(excerpt).body
    named = {node.id for each in statements for node in ast.walk(each) if isinstance(node, ast.Name)}
    return bool(statements) and all(isinstance(each, ast.Expr) for each in statements) and named <= imported


@lru_cache(maxsize=64)
def repeated(text: str) -> frozenset[int]:
    """The lines that are run once for each round of a loop; those of the functions that are called there are among
    them.
    """
    return _lines(text, _LOOPS)


@lru_cache(maxsize=64)
def conditional(text: str) -> frozenset[int]:
    """The lines in loops and below conditions, which may be run or not; with the functions that are called there."""
    return _lines(text, _LOOPS | ast.If)


def _lines(text: str, kinds: UnionType) -> frozenset[int]:
    tree = parsed(text)
    functions = {each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
    rest: list[ast.AST] = [part for node in ast.walk(tree) for part in _body(node, kinds)]
    lines: set[int] = set()
    called: set[str] = set()
    while rest:
        for node in ast.walk(rest.pop()):
            lines.add(getattr(node, "lineno", 0))
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if name in functions and name not in called:
                called.add(name)
                rest.extend(functions[name].body)
    return frozenset(lines)


def _body(node: ast.AST, kinds: UnionType) -> list[ast.AST]:
    if isinstance(node, kinds):
        return [*getattr(node, "body", ()), *getattr(node, "orelse", ())]
    if isinstance(node, ast.DictComp):
        return [node.key, node.value]
    return [node.elt] if isinstance(node, _COMPREHENSIONS) and not isinstance(node, ast.DictComp) else []


def objects_changed(text: str) -> Iterator[tuple[int, str]]:
    """The lines that change an attribute of (or delete) the object that a loop over a session's query has come to,
    each with the name of the attribute ("" for a deletion).
    """
    tree = parsed(text)
    given = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
            continue
        over = given.get(loop.iter.id, loop.iter) if isinstance(loop.iter, ast.Name) else loop.iter
        if any(_asks(each) for each in ast.walk(over)):
            yield from _changes(loop, loop.target.id)


def _asks(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ASKS


def _changes(loop: ast.For, name: str) -> Iterator[tuple[int, str]]:
    for node in (node for part in loop.body for node in ast.walk(part)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == name:
                yield target.lineno, target.attr
        if _deletes(node, name):
            yield node.lineno, ""


def _deletes(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "delete"
    return called and any(isinstance(each, ast.Name) and each.id == name for each in getattr(node, "args", ()))
