"""A statement and its parameters as one text, so that everything after capture speaks plain SQL.

Values are written by psycopg's own adapters, whichever driver env.py uses; what has no adapter is refused, never
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql

_FORMAT = re.compile(r"%(?:\((?P<name>[^)]+)\)s|(?P<next>s)|(?P<percent>%))")
_NUMERIC = re.compile(r"[$:](\d+)")


def render(statement: str, parameters: Any, paramstyle: str) -> str:
    """*statement* with *parameters* (a mapping or a sequence, as *paramstyle* has it) written into it."""
    if paramstyle in ("numeric", "numeric_dollar"):
        return _numeric(statement, parameters)
    return _format(statement, parameters)


def _format(statement: str, parameters: Mapping[str, Any] | Sequence[Any]) -> str:
    position = iter(parameters.values() if isinstance(parameters, Mapping) else parameters)

    def value(match: re.Match[str]) -> str:
        if match["percent"]:
            return "%"
        if match["next"]:
            return quote(next(position))
        assert isinstance(parameters, Mapping)
        return quote(parameters[match["name"]])

    return _FORMAT.sub(value, statement)


def _numeric(statement: str, parameters: Sequence[Any]) -> str:
    if not parameters:
        return statement
    return _NUMERIC.sub(lambda match: quote(parameters[int(match[1]) - 1]), statement)


def quote(value: Any) -> str:
    """*value* as an SQL literal."""
    return sql.Literal(value).as_string(None)
