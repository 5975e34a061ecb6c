"""The foreign key of a new column, written so that no row is looked at: ``inline_references=True``.

A column that is NULL in every row meets any key, and PostgreSQL knows that when both come in one ALTER TABLE. Alembic
writes no more of an inline key than what is allowed for here: its name, for one, it leaves out.
"""

from __future__ import annotations

import ast
import inspect

from alembic.operations import ops

from safemigrate.lint.fix.source import Operation
from safemigrate.statement import Statement, forms

INLINE = "inline_references"

_OF_KEY = {"ondelete", "onupdate", "deferrable", "initially", "match"}
_OF_COLUMN = {"nullable", "comment", "default", "index"}


def not_inline(add_column: Operation, sql: str) -> str:
    """Why the key that *sql* adds for a column of *add_column* cannot be written inline, "" where it can."""
    if INLINE not in inspect.signature(ops.AddColumnOp.add_column).parameters:
        return f"this Alembic does not know {INLINE}"
    if not _unnamed(sql):
        return "the key has a name, which Alembic does not write inline"
    call = add_column.call
    if not add_column.plain or len(call.args) != 2 or set(add_column.named) - {"schema"}:
        return "the arguments of add_column() are not all of a kind that this is certain with"
    if not isinstance(call.args[1], ast.Call) or not _column(call.args[1]):
        return "the column has more to it than a name, a type and the key"
    return ""


def _unnamed(sql: str) -> bool:
    several = Statement(sql).forms
    return len(several) == 1 and isinstance(several[0], forms.AddConstraint) and not several[0].constraint.name


def _column(call: ast.Call) -> bool:
    """``Column(name, type, ForeignKey(…))`` without a default."""
    if _name(call) != "Column" or len(call.args) != 3 or not _only(call, _OF_COLUMN):
        return False
    _named, kind, key = call.args
    typed = isinstance(kind, ast.Attribute | ast.Name) or (isinstance(kind, ast.Call) and _name(kind) != "ForeignKey")
    return (
        typed
        and isinstance(key, ast.Call)
        and _name(key) == "ForeignKey"
        and len(key.args) == 1
        and _only(key, _OF_KEY)
    )


def _only(call: ast.Call, allowed: set[str]) -> bool:
    return all(each.arg in allowed for each in call.keywords)


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]
