"""Which revision a file is, from the literals at its top; the file is not run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from safemigrate.lint.static.limits import TEXT


@dataclass(frozen=True, slots=True)
class Header:
    """What Alembic would find in the file. *down_revision* is () for a first revision and has several for a merge.

    *doc* is the first line of the docstring, "" without one. *has_upgrade*, *has_downgrade*: the file gives that name
    to something.
    """

    revision: str
    down_revision: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    branch_labels: tuple[str, ...] = ()
    doc: str = ""
    has_upgrade: bool = False
    has_downgrade: bool = False


def parse(text: str) -> ast.Module:
    """The tree of *text*. Raises ValueError, its message for people, where it is not Python that can be read."""
    if len(text) > TEXT:
        raise ValueError("it is larger than what is read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        where = f" (line {error.lineno})" if error.lineno else ""
        raise ValueError(f"it is not valid Python: {error.msg}{where}") from None
    except (RecursionError, MemoryError):
        raise ValueError("it is nested too deeply to be read") from None
    except ValueError as error:
        raise ValueError(f"it is not valid Python: {error}") from None


def header(text: str) -> Header | None:
    """The header of the revision file with the source *text*; None where it is no revision. Never raises."""
    try:
        tree = parse(text)
        assigned = dict(_assigned(tree))
        revision = _literal(assigned.get("revision"))
        if not isinstance(revision, str):
            return None
        names = {*assigned, *_defined(tree)}
        return Header(
            revision,
            down_revision=_several(_literal(assigned.get("down_revision"))),
            depends_on=_several(_literal(assigned.get("depends_on"))),
            branch_labels=_several(_literal(assigned.get("branch_labels"))),
            doc=next(iter((ast.get_docstring(tree) or "").splitlines()), ""),
            has_upgrade="upgrade" in names,
            has_downgrade="downgrade" in names,
        )
    except (ValueError, RecursionError):
        return None


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        for target in targets:
            if isinstance(target, ast.Name) and value is not None:
                yield target.id, value


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (each.asname or each.name for each in node.names)


def _literal(node: ast.expr | None) -> Any:
    """Raises ValueError where *node* is not a literal."""
    try:
        return None if node is None else ast.literal_eval(node)
    except (TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError("not a literal") from error


def _several(value: object) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else value or ()
    if not isinstance(found, (tuple, list, set)) or not all(isinstance(each, str) for each in found):
        raise ValueError("not the names of revisions")
    return tuple(found)
