"""The parser (libpg_query with the grammar of PostgreSQL 18), behind a few functions; no other module imports it.

It is imported on first use, because ``safemigrate --help`` needs no parser and must start fast. Its nodes are protobuf
messages built at run time, so that a type checker knows nothing of them: ``Node`` is Any, here and in the readers only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

Node: TypeAlias = Any
Change: TypeAlias = Callable[[Node], None]
"""Changes a statement's message in place."""


_HAS_BODY = re.compile(r"\s*(DO|CREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE))\b", re.IGNORECASE)


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


def comments(sql: str) -> list[tuple[int, str]]:
    """Where each comment of *sql* begins, and its text with its signs; none where *sql* cannot be read."""
    import postgast

    if "\x00" in sql:
        return []
    encoded = sql.encode(errors="replace")
    try:
        tokens = [(token.start, encoded[token.start : token.end].decode()) for token in postgast.scan(sql).tokens]
    except Exception:  # an unfinished quote, say: the server will tell
        return []
    found = [(start, text) for start, text in tokens if text.startswith(("--", "/*"))]
    return [(len(encoded[:start].decode()), text) for start, text in found]


def identifiers(sql: str) -> list[str]:
    """The identifiers in *sql* as they are written, also those that PostgreSQL cuts; none where it cannot be read.

    Those in the body of a DO or of a function count.
    """
    import postgast

    if "\x00" in sql:
        return []
    encoded = sql.encode(errors="replace")
    try:
        tokens = [(_kind(token), encoded[token.start : token.end].decode()) for token in postgast.scan(sql).tokens]
    except Exception:  # an unfinished quote, say: the server will tell
        return []
    found = [_unquoted(text) for kind, text in tokens if kind in {"IDENT", "UIDENT"}]
    bodies = [text for kind, text in tokens if kind == "SCONST" and text.startswith("$")]
    within = bodies if _HAS_BODY.match(sql) else []
    return [*found, *(name for text in within for name in identifiers(text.split("$", 2)[2].rpartition("$")[0]))]


def _kind(token: Node) -> str:
    return str(token.DESCRIPTOR.fields_by_name["token"].enum_type.values_by_number[token.token].name)


def _unquoted(identifier: str) -> str:
    quoted = identifier.partition('"')[2]
    return quoted.removesuffix('"').replace('""', '"') if quoted else identifier


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


def edited(sql: str, change: Change) -> str:
    """*sql*, one statement, with its tree changed in place by *change* (given the statement's message).

    Raises Unparsable where the tree cannot be spelled, or is spelled as something else: the new text is parsed again,
    and must be the new tree.
    """
    import postgast

    tree = postgast.ParseResult()
    tree.stmts.add().CopyFrom(only(sql))
    change(_inside(tree.stmts[0].stmt))
    return _spelled(tree)


def made(kind: str, fill: Change) -> str:
    """A new statement of a *kind* of the grammar, such as "index_stmt", filled in by *fill*. Raises Unparsable."""
    import postgast

    tree = postgast.ParseResult()
    message = getattr(tree.stmts.add().stmt, kind)
    message.SetInParent()
    fill(message)
    return _spelled(tree)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same statement, however they are spelled. Raises Unparsable."""
    messages = [only(text).stmt for text in (one, other)]
    for message in messages:
        _forget_places(message)
    return bool(messages[0] == messages[1])


def _spelled(tree: Node) -> str:
    import postgast

    wrapped = tree.stmts[0].stmt
    try:
        text = str(postgast.deparse(tree))
    except Exception as error:
        raise Unparsable(f"it cannot be spelled: {error}") from error
    again = only(text).stmt
    _forget_places(again)
    _forget_places(wrapped)
    if again != wrapped:
        raise Unparsable("it cannot be spelled so that it means the same")
    return text


def only(sql: str) -> Node:
    """The one raw statement of *sql*. Raises Unparsable."""
    statements = parse(sql)
    if len(statements) != 1:
        raise Unparsable(f"{len(statements)} statements instead of one")
    return statements[0]


def unwrap_only(sql: str) -> Node:
    """The message of the one statement of *sql*, such as an AlterTableStmt. Raises Unparsable."""
    return _inside(only(sql).stmt)


def _inside(wrapped: Node) -> Node:
    return getattr(wrapped, wrapped.WhichOneof("node"))


def _forget_places(message: Node) -> None:
    """Where something stood in its text means nothing."""
    for field, value in message.ListFields():
        if field.name in ("location", "list_start", "list_end", "rexpr_list_start", "rexpr_list_end", "stmt_len"):
            message.ClearField(field.name)
        elif field.message_type is not None:
            for child in [value] if hasattr(value, "ListFields") else value:
                _forget_places(child)


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
