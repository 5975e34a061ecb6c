"""Alembic code, spelled for people to paste: what a rule says to write instead of a statement.

Where there is an operation for it, the operation; else ``op.execute`` with the SQL.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy.dialects import postgresql

from safemigrate.facts import identifiers
from safemigrate.statement import edit, forms, parser
from safemigrate.statement.edit import indexes
from safemigrate.statement.forms import Relation

# What op.execute would take for a parameter, and sqlalchemy.text reads as it stands behind a backslash.
_PARAMETER = re.compile(r"(?<![:\w\\]):([\w$]+)(?![:\w$])")

AUTOCOMMIT = "with op.get_context().autocommit_block():"


def call(name: str, *positional: object, **named: object) -> str:
    """``op.name(…)``, over three lines where it is long. Strings are quoted; a :class:`Code` stands as it is."""
    parts = [*(_value(each) for each in positional), *(f"{key}={_value(each)}" for key, each in named.items())]
    told = ", ".join(parts)
    return f"op.{name}({told})" if len(told) <= 95 else f"op.{name}(\n    {told},\n)"


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
    """``op.execute("…")``; over several lines where it is long, or as it is written where spaces may mean something."""
    flat = " ".join(sql.split())
    same = flat == sql.strip() or not any(sign in flat for sign in ("'", "$", "--"))
    if same and len(flat) <= 90 and '"' not in flat and "\\" not in flat and not _PARAMETER.search(flat):
        return f'op.execute("{flat}")'
    text = _PARAMETER.sub(r"\\:\1", sql.strip())
    if same:
        text = textwrap.indent(text, "    ")
    raw = "r" if "\\" in text else ""
    return f'op.execute({raw}"""\n{text}\n""")'


def block(head: str, *lines: str) -> str:
    """*lines* indented below *head*, such as :data:`AUTOCOMMIT`."""
    return "\n".join([head, *(textwrap.indent(line, "    ") for line in lines)])


def autocommit(*lines: str) -> str:
    """*lines* in an ``autocommit_block()``."""
    return block(AUTOCOMMIT, *lines)


def schema(relation: Relation) -> Mapping[str, str]:
    """The ``schema=`` argument of an operation on a relation, where it needs one."""
    return {"schema": relation.schema} if relation.schema else {}


def later(*lines: str) -> str:
    """*lines* that have to wait for what was said before them to be committed."""
    return "\n".join(["# in the next revision:", *lines])


def create_index(form: forms.CreateIndex, sql: str, *, concurrently: bool = True, name: str = "") -> str:
    """The index of *form*, which *sql* makes, as an operation; as SQL where an operation cannot say all of it."""
    text = edit.alone(form, sql)
    named = name or form.name or chosen(form, text)
    more = {"unique": True} if form.unique else {}
    how = {"postgresql_concurrently": True} if concurrently else {}
    operation = call("create_index", named, form.relation.name, form.columns, **more, **schema(form.relation), **how)
    try:
        if not text:  # what a function does, whose text is not at hand
            return operation if form.columns else f"# CREATE INDEX {'CONCURRENTLY ' if concurrently else ''}{named} …"
        wanted = indexes.index_on(indexes.unconditional(text), form.relation, named, concurrently=concurrently)
        return (
            operation
            if form.columns and parser.same(wanted, _plain(form, named, concurrently))
            else execute(usual(wanted))
        )
    except parser.Unparsable:
        return operation if form.columns else execute(sql)


def chosen(form: forms.CreateIndex, sql: str, partition: Relation | None = None) -> str:
    """The name that PostgreSQL chooses for an index, here or on a *partition*, without a look at which are taken."""
    try:
        keys = indexes.key_names(sql) if sql else form.columns
    except parser.Unparsable:
        keys = form.columns
    return identifiers.choose((partition or form.relation).name, keys or ("expr",), "idx", ())


def usual(sql: str) -> str:
    """A CREATE INDEX without the access method where that is the usual one, as people write it."""
    return sql.replace(" USING btree (", " (", 1)


def called(form: forms.CreateIndex) -> str:
    """What to call an index in a sentence: by its name, or by what it is on where it has none."""
    return f"index {form.name}" if form.name else f"an index on {', '.join(form.columns) or 'an expression'}"


def _plain(form: forms.CreateIndex, named: str, concurrently: bool) -> str:
    words = f"CREATE {'UNIQUE ' if form.unique else ''}INDEX {'CONCURRENTLY ' if concurrently else ''}"
    return f"{words}{name(named)} ON {relation(form.relation)} ({columns(form.columns)})"


def drop_index(index: Relation, table: Relation | None, *, concurrently: bool = True, if_exists: bool = False) -> str:
    """``op.drop_index`` of an index, whose *table* is named where it is known."""
    owner = {"table_name": table.name} if table else {}
    how = {"postgresql_concurrently": True} if concurrently else {}
    more = {"if_exists": True} if if_exists else {}
    return call("drop_index", index.name, **owner, **schema(index), **more, **how)


def name(identifier: str) -> str:
    """A name as SQL, quoted where it has to be."""
    return str(_preparer().quote(identifier))


def relation(named: Relation) -> str:
    """A relation's name as SQL, quoted where it has to be."""
    return f"{name(named.schema)}.{name(named.name)}" if named.schema else name(named.name)


def columns(names: Sequence[str]) -> str:
    """Column names as SQL, with commas."""
    return ", ".join(map(name, names))


def literal(value: str) -> str:
    """A string as SQL."""
    return "'" + value.replace("'", "''") + "'"


@cache
def _preparer() -> postgresql.base.PGIdentifierPreparer:
    return postgresql.base.PGIdentifierPreparer(postgresql.dialect())  # type: ignore[no-untyped-call]
