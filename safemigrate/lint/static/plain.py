"""Plain data: the methods, the built-in functions and the operators that may be used on it, each within bounds."""

from __future__ import annotations

import ast
import datetime
import decimal
import enum
import operator
import pathlib
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from safemigrate.lint.static.limits import BITS, ITEMS, TEXT, Refused, bounded
from safemigrate.lint.static.names import names

_DATES = (
    "astimezone combine ctime date day days fromisoformat hour isocalendar isoformat max microsecond microseconds min"
    " minute month replace second seconds strftime strptime time timestamp timetuple tzinfo total_seconds utc"
    " utcoffset weekday year"
)
_PATHS = (
    "absolute as_posix expanduser joinpath name parent parents parts resolve stem suffix with_name with_stem"
    " with_suffix"
)

METHODS: dict[type[Any], frozenset[str]] = {
    kind: names(told)
    for kind, told in {
        str: "capitalize casefold center count encode endswith expandtabs find format index isalnum isalpha isascii"
        " isdecimal isdigit isidentifier islower isnumeric isspace istitle isupper join ljust lower lstrip partition"
        " removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith"
        " strip swapcase title upper zfill",
        bytes: "decode hex strip",
        list: "append clear copy count extend index insert pop remove reverse sort",
        tuple: "count index",
        dict: "clear copy fromkeys get items keys pop popitem setdefault update values",
        set: "add clear copy difference difference_update discard intersection isdisjoint issubset issuperset pop"
        " remove symmetric_difference union update",
        frozenset: "copy difference intersection isdisjoint issubset issuperset symmetric_difference union",
        int: "bit_length",
        float: "is_integer",
        decimal.Decimal: "is_finite normalize quantize to_integral_value",
        datetime.date: _DATES,
        datetime.datetime: _DATES,
        datetime.time: _DATES,
        datetime.timedelta: _DATES,
        datetime.timezone: _DATES,
        uuid.UUID: "hex int version",
        pathlib.PurePosixPath: _PATHS,
    }.items()
}

CHANGING = names(
    "add append clear difference_update discard extend insert pop popitem remove reverse setdefault sort update"
)
"""The methods that change what they are called on."""

_FLOWING = names("now today utcnow fromtimestamp")
"""What is another value each time."""

_WIDTHS = names("center expandtabs ljust rjust zfill")


def method(of: Any, name: str) -> Any:
    """The attribute *name* of the plain value *of*, or of a class of plain data. Raises Refused for others."""
    kind = of if isinstance(of, type) else type(of)
    if name not in METHODS.get(kind, ()) or (isinstance(of, type) and kind in (list, tuple, set)):
        raise Refused(f"uses .{name} of a {kind.__name__}, which is not read")
    if kind is pathlib.PurePosixPath and name in ("resolve", "absolute", "expanduser"):
        return lambda *_, **__: of
    found = getattr(of, name)
    return found if not callable(found) else _guarded(found, name, of)


def flows(of: Any, name: str) -> bool:
    """Whether ``of.name()`` gives another value each time it is asked."""
    return name in _FLOWING and of in (datetime.datetime, datetime.date)


def _guarded(found: Callable[..., Any], name: str, of: Any) -> Callable[..., Any]:
    def call(*positional: Any, **named: Any) -> Any:
        if name in _WIDTHS and any(isinstance(each, int) and each > 10_000 for each in positional):
            raise Refused("makes a text that is longer than what is read")
        if name == "replace" and isinstance(of, str):
            _replaces(of, *positional)
        if name == "strftime" and re.search(r"%[^a-zA-Z%]*\d{3,}", str(positional)):
            raise Refused("makes a text that is longer than what is read")
        result = found(*positional, **named)
        bounded(of)
        return bounded([*result] if name in ("keys", "values", "items") else result)

    return call


def _replaces(text: str, old: str = "", new: str = "", *_count: Any) -> None:
    if isinstance(old, str) and isinstance(new, str) and len(text) + text.count(old) * len(new) > TEXT:
        raise Refused("makes a text that is longer than what is read")


def _listed(function: Callable[..., Any]) -> Callable[..., Any]:
    """*function*, what it gives made into a list."""
    return lambda *positional, **named: [*function(*positional, **named)]


def _integer(value: Any = 0, *base: Any) -> int:
    if isinstance(value, decimal.Decimal):
        bounded(value)
    return int(value, *base)


BUILTINS: dict[str, Callable[..., Any]] = {
    **{function.__name__: function for function in (abs, all, any, bin, bool, chr, divmod, float, hex, len, max, min)},
    **{function.__name__: function for function in (ord, round, sorted, sum)},
    **{kind.__name__: kind for kind in (dict, frozenset, list, set, tuple)},
    **{function.__name__: _listed(function) for function in (enumerate, filter, map, reversed, zip)},
    "int": _integer,
    "print": lambda *_, **__: None,
    "range": range,
}
"""What a built-in name does, called with values that are known."""

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (bool, bytes, dict, float, frozenset, int, list, set, str, tuple)
}
"""The built-in classes that ``isinstance`` may ask for."""


def _power(left: Any, right: Any) -> Any:
    exact = isinstance(left, (int, decimal.Decimal)) and isinstance(right, (int, decimal.Decimal))
    if exact and (abs(right) > BITS or _bits(left) * abs(right) > BITS):
        raise Refused("computes a number that is larger than what is read")
    return left**right


def _bits(value: int | decimal.Decimal) -> int:
    return value.bit_length() if isinstance(value, int) else abs(value.adjusted()) * 4 if value.is_finite() else 0


def _shift(left: Any, right: Any) -> Any:
    if isinstance(right, int) and right > BITS:
        raise Refused("computes a number that is larger than what is read")
    return left << right


def _times(left: Any, right: Any) -> Any:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, bytes, list, tuple)) and isinstance(other, int):
            limit = TEXT if isinstance(one, (str, bytes)) else ITEMS
            if len(one) * other > limit:
                raise Refused("makes a value that is larger than what is read")
    return left * right


OPERATORS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _times,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.LShift: _shift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.BitAnd: operator.and_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.USub: lambda value, _: -value,
    ast.UAdd: lambda value, _: +value,
    ast.Invert: lambda value, _: ~value,
}


def is_plain(value: Any) -> bool:
    """Whether *value* is plain data, by itself."""
    kind = type(value)
    return value is None or kind in METHODS or kind in (bool, range, complex, slice) or isinstance(value, enum.Enum)
