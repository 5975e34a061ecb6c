"""Texts made of values: f-strings, ``format`` and ``%``, with a placeholder for what is unknown."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from safemigrate.lint.static.limits import TEXT, Budget, Refused, bounded
from safemigrate.lint.static.plain import is_plain
from safemigrate.lint.static.reach import SQL
from safemigrate.lint.static.values import TOKEN, Unknown, doubtful, replaced, unknown

_WIDE = re.compile(r"\d{5,}")
_FORMAT = re.compile(r"%(\([^)]*\))?[-#0 +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")
_PART = re.compile(r"\.(\w+)|\[([^\]]+)\]")

_CONVERSIONS: dict[str, Callable[[Any], str]] = {"r": repr, "s": str, "a": ascii}

Member = Callable[[Any, str], Any]


def text_of(value: Any, budget: Budget, *, specification: str = "", conversion: str = "") -> str:
    """*value* as a text, with format()'s *specification* and the *conversion* "r", "s", "a" or ""."""
    if isinstance(value, Unknown):
        return TOKEN
    if not (is_plain(value) or isinstance(value, SQL) or type(value).__name__.endswith("Compiler")):
        raise Refused("makes a text of something that is not known")
    if _WIDE.search(specification):
        raise Refused("makes a text that is longer than what is read")
    budget.weigh(value)
    if doubtful(value) and (conversion or not isinstance(value, str)):
        return TOKEN
    if unknown(value):
        return str(value)
    if conversion:
        value = _CONVERSIONS[conversion](value)
    made: str = bounded(format(value, specification))
    budget.measure(made)
    return made


def joined(separator: str, parts: Sequence[Any]) -> str:
    """``separator.join(parts)``"""
    told = [TOKEN if isinstance(part, Unknown) else part for part in parts]
    if sum(len(part) + len(separator) for part in told) > TEXT:
        raise Refused("makes a text that is longer than what is read")
    return separator.join(told)


def percent(template: str, values: Any, budget: Budget) -> str:
    """``template % values``"""
    if _WIDE.search(template) or "*" in "".join(re.findall(r"%[^a-zA-Z%]*", template)):
        raise Refused("makes a text that is longer than what is read")
    budget.weigh(values)
    if doubtful(values):
        template = _FORMAT.sub(lambda match: f"%{match[1] or ''}s", template)
        values = replaced(values, lambda _: TOKEN)
    every = [*values.values()] if isinstance(values, dict) else values if isinstance(values, tuple) else (values,)
    for value in every:
        text_of(value, budget)
    made: str = bounded(template % values)
    return made


class _Fields(string.Formatter):
    """``str.format`` that reads attributes as the rest of the reader does."""

    def __init__(self, member: Member, budget: Budget) -> None:
        self._member = member
        self._budget = budget

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        first = re.match(r"\w*", field_name)
        assert first is not None
        key: int | str = int(first[0]) if first[0].isdigit() else first[0]
        value = self.get_value(key, args, kwargs)
        rest = field_name[first.end() :]
        if "".join(match[0] for match in _PART.finditer(rest)) != rest:
            raise Refused("formats a text in a way that is not read")
        for attribute, index in _PART.findall(rest):
            value = self._member(value, attribute) if attribute else self._item(value, index)
        return value, key

    @staticmethod
    def _item(value: Any, index: str) -> Any:
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, (list, tuple, dict)):
            raise Refused("formats a text in a way that is not read")
        return value[int(index) if index.isdigit() else index]  # type: ignore[index]

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return text_of(value, self._budget, conversion=conversion) if conversion else value

    def format_field(self, value: Any, format_spec: str) -> Any:
        return text_of(value, self._budget, specification=format_spec)


def formatted(
    template: str, positional: Sequence[Any], named: Mapping[str, Any], member: Member, budget: Budget
) -> str:
    """``template.format(*positional, **named)``"""
    budget.measure(template)
    made: str = bounded(_Fields(member, budget).vformat(template, positional, named))
    return made
