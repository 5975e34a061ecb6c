"""Alembic code, spelled for people to paste: what a rule says to write instead of a statement.

Where there is an operation for it, the operation; else ``op.execute`` with the SQL.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy.dialects import postgresql

from safemigrate.statement import forms
from safemigrate.statement.forms import Relation

AUTOCOMMIT = "with op.get_context().autocommit_block():"


def call(name: str, *positional: object, **named: object) -> str:
    """``op.name(…)``. Strings are quoted; a :class:`Code` stands as it is."""
    parts = [*(_value(each) for each in positional), *(f"{key}={_value(each)}" for key, each in named.items())]
    return f"op.{name}({', '.join(parts)})"


class Code(str):
    """Python that is to stand as it is among the arguments of :func:`call`."""


def _value(value: object) -> str:
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def quoted(value: str) -> str:
    """A Python string, in double quotes where it has none of them."""
    return repr(value) if '"' in value or "\\" in value or not value.isprintable() else f'"{value}"'


def execute(sql: str) -> str:
    """``op.execute("…")``; over several lines where it is long."""
    flat = " ".join(sql.split())
    if len(flat) <= 90 and '"' not in flat and "\\" not in flat:
        return f'op.execute("{flat}")'
    return f'op.execute("""\n{textwrap.indent(sql.strip(), "    ")}\n""")'


def block(head: str, *lines: str) -> str:
    """*lines* indented below *head*, such as :data:`AUTOCOMMIT`."""
    return "\n".join([head, *(textwrap.indent(line, "    ") for line in lines)])


def autocommit(*lines: str) -> str:
    """*lines* in an ``autocommit_block()``."""
    return block(AUTOCOMMIT, *lines)


def schema(relation: Relation) -> Mapping[str, str]:
    """The ``schema=`` argument of an operation on a relation, where it needs one."""
    return {"schema": relation.schema} if relation.schema else {}


def create_index(form: forms.CreateIndex, sql: str, *, concurrently: bool = True, name: str = "") -> str:
    """The index of *form*, whose statement is *sql*, as an operation; with its SQL where an operation cannot say it."""
    if not form.columns or form.partial or form.method not in ("", "btree") or "include" in sql.lower():
        return execute(_concurrently(sql) if concurrently else sql)
    more = {"unique": True} if form.unique else {}
    how = {"postgresql_concurrently": True} if concurrently else {}
    label = name or form.name or f"ix_{form.relation.name}_{'_'.join(form.columns)}"
    return call("create_index", label, form.relation.name, form.columns, **more, **schema(form.relation), **how)


def _concurrently(sql: str) -> str:
    head, word, rest = sql.partition("INDEX")
    return f"{head}{word} CONCURRENTLY{rest}" if word and "CONCURRENTLY" not in sql else sql


def name(identifier: str) -> str:
    """A name as SQL, quoted where it has to be."""
    return str(_preparer().quote(identifier))


def relation(named: Relation) -> str:
    """A relation's name as SQL, quoted where it has to be."""
    return f"{name(named.schema)}.{name(named.name)}" if named.schema else name(named.name)


def columns(names: Sequence[str]) -> str:
    """Column names as SQL, with commas."""
    return ", ".join(map(name, names))


@cache
def _preparer() -> postgresql.base.PGIdentifierPreparer:
    return postgresql.base.PGIdentifierPreparer(postgresql.dialect())
