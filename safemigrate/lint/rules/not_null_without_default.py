"""not-null-without-default: a NOT NULL column is added without a server_default.

Why      The rows that are there would have a NULL in it: PostgreSQL refuses it on a table with rows. Column(default=…)
         is for the INSERTs that Python makes; it is not in the DDL, and fills nothing.
Bad      op.add_column("orders", sa.Column("kind", sa.Text(), nullable=False, default="shop"))
Instead  op.add_column("orders", sa.Column("kind", sa.Text(), nullable=False, server_default="shop"))

The column is filled at once, and nothing is rewritten, where the default is the same for all rows.
Silent for tables that are new or temporary.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from safemigrate.facts import types
from safemigrate.lint.advice import spell_columns
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.ERROR

_VALUES = {
    "text": "''", "character varying": "''", "boolean": "false", "json": "'{}'", "jsonb": "'{}'",
    "date": "CURRENT_DATE", "timestamp with time zone": "now()",
    "timestamp without time zone": "now()",
    **dict.fromkeys(("smallint", "integer", "bigint", "numeric", "real", "double precision"), "0"),
}  # fmt: skip
_IN_PYTHON = re.compile(r"(?<!server_)\bdefault=")


def check(form: forms.AddColumn, at: Situation) -> Iterator[Found]:
    column = form.column
    given = column.default is not None and column.default.text.upper() != "NULL"
    if not column.not_null or given or column.serial or column.identity or column.generated:
        return
    if not at.concerns(form.relation) or spell_columns.is_there(form, at):
        return
    python = "; Column(default=…) is Python's and fills no row" if _IN_PYTHON.search(at.source) else ""
    yield Found(
        f"{form.relation}.{column.name} is NOT NULL and has no server_default: it fails on a table with rows{python}",
        instead=_instead(form, at),
        handled=False,
        impact=Impact(),
    )


def _instead(form: forms.AddColumn, at: Situation) -> str:
    column, relation = form.column, form.relation
    value = _said_in_python(at.source) or _VALUES.get(types.parse(column.type).base)
    if value is None or not spell_columns.type_(column.type):
        return "\n".join([
            spell_columns.add(relation, column.name, column.type),
            "# with the value of the rows that are there instead of NULL:",
            spell_columns.filled(form, "NULL", at),
        ])  # fmt: skip
    more = ("nullable=False", f"server_default={spell_columns.sql_text(value)}")
    return (
        f"# with the value of the rows that are there:\n{spell_columns.add(relation, column.name, column.type, *more)}"
    )


def _said_in_python(source: str) -> str:
    """The constant of a ``default=`` in *source* as SQL, "" where there is none."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return ""
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg == "default" and isinstance(node.value, ast.Constant):
            return _as_sql(node.value.value)
    return ""


def _as_sql(value: object) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower() if isinstance(value, bool | int | float) else ""
