"""What a revision calls ``alembic.op``: ``op``, another name, or all of it spelled out."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def of_op(tree: ast.Module) -> set[str]:
    """The expressions that mean ``alembic.op`` in the module: each from an import at its top, and never bound again."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "alembic":
            found.update(each.asname or each.name for each in node.names if each.name == "op")
        if isinstance(node, ast.Import):
            found.update(each.asname or each.name for each in node.names if each.name == "alembic.op")
            found.update(f"{each.asname or each.name}.op" for each in node.names if each.name == "alembic")
    return {each for each in found if each.partition(".")[0] not in set(_bound(tree))}


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            yield node.name or ""
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (each.asname or each.name.partition(".")[0] for each in node.names if not _alembics(node, each))


def _alembics(node: ast.Import | ast.ImportFrom, name: ast.alias) -> bool:
    module = node.module if isinstance(node, ast.ImportFrom) else name.name
    return (module or "").partition(".")[0] == "alembic"
