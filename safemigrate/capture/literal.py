"""A statement and its parameters as one text, so that everything after capture speaks plain SQL.

Values are written by psycopg's own adapters, whichever driver env.py uses; what has no adapter is refused, never
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_FORMAT = re.compile(r"%(?:\((?P<name>[^)]+)\)s|(?P<next>s)|(?P<percent>%))")
_QUOTED = r"'(?:[^']|'')*'|\"[^\"]*\""
_NUMERIC = {
    "numeric": re.compile(rf"{_QUOTED}|(?<!:):(\d+)"),
    "numeric_dollar": re.compile(rf"{_QUOTED}|\$(\d+)"),
}


def render(statement: str, parameters: Any, paramstyle: str) -> str:
    """*statement* with *parameters* (a mapping or a sequence, as *paramstyle* has it) written into it."""
    if paramstyle in _NUMERIC:
        return _numeric(statement, parameters, _NUMERIC[paramstyle])
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


def _numeric(statement: str, parameters: Sequence[Any], placeholder: re.Pattern[str]) -> str:
    if not parameters:
        return statement

    def value(match: re.Match[str]) -> str:
        return quote(parameters[int(match[1]) - 1]) if match[1] else match[0]

    return placeholder.sub(value, statement)


def quote(value: Any) -> str:
    """*value* as an SQL literal."""
    from psycopg import sql  # here, because a linter that meets no parameters does without the driver

    text = sql.Literal(value).as_string(None)
    # A minus binds weaker than the cast that SQLAlchemy writes behind: -32768::smallint is out of range.
    return f"({text.strip()})" if text.startswith(" -") else text
