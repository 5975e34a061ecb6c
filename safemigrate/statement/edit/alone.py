"""One form of a statement that has several, as a statement by itself: an action of an ALTER TABLE, a part of a DO."""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.statement import parser, read
from safemigrate.statement.edit.tables import actions
from safemigrate.statement.forms import Form


def alone(form: Form, sql: str) -> str:
    """The statement that does *form* and nothing else, where *sql* does it among others.

    "" where it cannot be told: what is done by a function that *sql* calls, or is beyond the parser.
    """
    try:
        return next((text for text in _texts(sql) if form in read.forms(text)), "")
    except parser.Unparsable:
        return ""


def _texts(sql: str) -> Iterator[str]:
    for text in read.split(sql):
        kind = parser.only(text).stmt.WhichOneof("node")
        if kind == "do_stmt":
            for said, query in parser.plpgsql_queries(text):
                yield from _texts(query) if said == "execsql" else ()
        elif kind == "alter_table_stmt" and len(read.forms(text)) > 1:
            yield from actions(text)
        else:
            yield text
