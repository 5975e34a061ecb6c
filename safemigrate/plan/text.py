"""Names and values as SQL text. Always quoted: a name then means the same whatever the keywords of a version are."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from safemigrate.facts import Relation


def name(identifier: str) -> str:
    return sql.Identifier(identifier).as_string(None)


def names(identifiers: Iterable[str]) -> str:
    return ", ".join(name(identifier) for identifier in identifiers)


def relation(named: Relation) -> str:
    return f"{name(named.schema)}.{name(named.name)}" if named.schema else name(named.name)


def literal(value: str | None) -> str:
    return sql.Literal(value).as_string(None).strip()


def signature(named: Relation, arguments: Iterable[str]) -> str:
    return f"{relation(named)}({', '.join(arguments)})"
