"""CONCURRENTLY in the SQL that ``op.execute`` is given."""

from __future__ import annotations

import libcst as cst

from safemigrate.lint.fix import wording
from safemigrate.lint.fix.edit import argument


def concurrently(node: cst.BaseStatement) -> cst.BaseStatement:
    """The statement *node* with the word in its literal: the statement of SQL begins in the first piece of it."""
    call = argument.call_of(node)
    first = _first(call.args[0].value) if call is not None else None
    if first is None:
        return node
    return _replaced(node, first, wording.put_in(first.value))


def _replaced(node: cst.BaseStatement, first: cst.SimpleString, made: str) -> cst.BaseStatement:
    changed = node.deep_replace(first, first.with_changes(value=made))
    assert isinstance(changed, cst.BaseStatement)
    return changed


def _first(value: cst.BaseExpression) -> cst.SimpleString | None:
    while isinstance(value, cst.Call):
        value = value.args[0].value
    if isinstance(value, cst.ConcatenatedString):
        value = value.left
    return value if isinstance(value, cst.SimpleString) else None
