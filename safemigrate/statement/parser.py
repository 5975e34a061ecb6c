"""The parser (libpg_query with the grammar of PostgreSQL 18), behind a few functions; no other module imports it.

It is imported on first use, because ``safemigrate --help`` needs no parser and must start fast. Its nodes are protobuf
messages built at run time, so that a type checker knows nothing of them: ``Node`` is Any, here and in the readers only.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Node: TypeAlias = Any


class Unparsable(Exception):
    """The text is not in the grammar, or is beyond what the parser can hold."""


def parse(sql: str) -> list[Node]:
    """The raw statements of *sql*: messages with ``stmt``, ``stmt_location`` and ``stmt_len`` (in bytes)."""
    import postgast

    _refuse_nul(sql)
    try:
        return list(postgast.parse(sql).stmts)
    # Syntax errors, lone surrogates, and trees that the protobuf runtime finds too deep: three unrelated types.
    except Exception as error:
        raise Unparsable(str(error)) from error


def split(sql: str) -> list[str]:
    """The texts of the statements of *sql*, as written."""
    import postgast

    _refuse_nul(sql)
    try:
        return list(postgast.split(sql))
    except Exception as error:
        raise Unparsable(str(error)) from error


def plpgsql_queries(sql: str) -> list[tuple[str, str]]:
    """(kind of PL/pgSQL statement, its SQL) for every SQL text in the body of a CREATE FUNCTION or DO statement."""
    import postgast

    try:
        tree = postgast.parse_plpgsql(sql)
    except Exception as error:
        raise Unparsable(str(error)) from error
    found: list[tuple[str, str]] = []
    _collect_queries(tree, "", found)
    return found


def expression(node: Node) -> str:
    """The text of an expression, spelled by the parser; for people and for comparison, never sent."""
    import postgast

    tree = postgast.ParseResult()
    target = tree.stmts.add().stmt.select_stmt.target_list.add().res_target
    target.val.CopyFrom(node)
    try:
        return str(postgast.deparse(tree)).removeprefix("SELECT ")
    except Exception:  # it is shown, not sent: no text is better than no plan
        return ""


def _collect_queries(value: object, kind: str, found: list[tuple[str, str]]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect_queries(item, kind, found)
    elif isinstance(value, dict):
        for key, item in value.items():
            inner = key if key.startswith("PLpgSQL_stmt_") else kind
            if key == "PLpgSQL_expr" and isinstance(item, dict):
                found.append((inner.removeprefix("PLpgSQL_stmt_"), str(item.get("query", ""))))
            else:
                _collect_queries(item, inner, found)


def _refuse_nul(sql: str) -> None:
    # C strings end at NUL: the parser would silently see only what stands before it.
    if "\x00" in sql:
        raise Unparsable("the text holds a NUL character")
