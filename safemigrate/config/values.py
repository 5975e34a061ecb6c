"""Values as people write them: durations, choices, names, yes and no, URLs.

Each reader returns the value or raises :class:`Unreadable`; whoever knows the key and its source makes the error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Seconds = float

LONGEST: Seconds = 2_147_483.0
"""PostgreSQL counts a timeout in milliseconds in 32 bits."""

MOST = 2_147_483_647
"""A count is at most what PostgreSQL's integer holds."""

SHORTEST: Seconds = 0.001
"""Below a millisecond PostgreSQL would round to 0, and 0 is no timeout at all."""


@dataclass(frozen=True, slots=True)
class Key:
    """What may be written for one setting: *read* makes its value of what was written, *allowed* says what that may be.

    *revision*: a revision may set it for itself. *secret*: its value never shows in full. *path*: it names files.
    """

    help: str
    allowed: str
    read: Callable[[object], object]
    metavar: str
    choices: tuple[str, ...] = ()
    revision: bool = False
    secret: bool = False
    path: bool = False


class Unreadable(ValueError):
    """A value that the key cannot take; the message, if any, says what is wrong with it."""


_UNITS: dict[str, tuple[int, int]] = {  # times, divided by: exact where a factor of 0.001 would not be
    "ms": (1, 1000),
    "s": (1, 1),
    "": (1, 1),
    "min": (60, 1),
    "h": (3600, 1),
}
_DURATION = re.compile(r"([0-9]{1,30}(?:\.[0-9]{1,30})?) ?([A-Za-z]*)")


def duration(value: object, *, least: Seconds = 0.0) -> Seconds:
    """The seconds meant by "100ms", "5s", "10min", "2h", or a number of seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable
    seconds = _written(value.strip()) if isinstance(value, str) else _number(value)
    if seconds > LONGEST:
        raise Unreadable(f"at most {LONGEST:.0f} s")
    if seconds < least or 0.0 < seconds < SHORTEST:
        raise Unreadable("at least 1ms")
    return seconds


def _written(text: str) -> Seconds:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise Unreadable
    number, unit = match.groups()
    if unit not in _UNITS:
        raise Unreadable('minutes are "min"' if unit in ("m", "mins", "minutes") else f'"{unit[:20]}" is not a unit')
    times, divided = _UNITS[unit]
    return float(number) * times / divided


def _number(value: float) -> Seconds:
    try:
        seconds = float(value)
    except OverflowError:
        raise Unreadable(f"at most {LONGEST:.0f} s") from None
    if not math.isfinite(seconds) or seconds < 0:
        raise Unreadable
    return seconds


def duration_text(seconds: Seconds) -> str:
    """*seconds* as it may be written: the largest unit that gives a whole number. :func:`duration` reads it back."""
    if seconds == 0:
        return "0"
    for unit, each in (("h", 3600), ("min", 60), ("s", 1)):
        if seconds % each == 0:
            return f"{int(seconds // each)}{unit}"
    thousands = round(seconds * 1000)
    if thousands / 1000 == seconds:
        return f"{thousands}ms"
    return format(Decimal(repr(seconds)), "f") + "s"


def boolean(value: object) -> bool:
    """True or False of itself or of "true", "yes", "on", "1" and their opposites."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in ("true", "yes", "on", "1"):
        return True
    if word in ("false", "no", "off", "0"):
        return False
    raise Unreadable


def one_of(choices: Sequence[str]) -> Callable[[object], str]:
    """Reads one of *choices*."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value.strip() not in choices:
            raise Unreadable
        return value.strip()

    return read


def count(value: object, *, least: int = 0, most: int = MOST) -> int:
    """A whole number, of itself or of its digits; underscores between them are allowed."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Unreadable
    try:
        number = int(value)
    except ValueError:
        raise Unreadable from None
    if not least <= number <= most:
        raise Unreadable(f"from {least} to {most}")
    return number


def sql(value: object) -> str:
    """A text that is sent as it is; whether the server takes it shows when it is sent."""
    if not isinstance(value, str):
        raise Unreadable
    return value.strip()


def names(value: object) -> tuple[str, ...]:
    """The names in a list, or in a text with commas between them."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise Unreadable
    found: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            raise Unreadable("a name is a text")
        found.extend([part.strip()] if part.strip() else [])
    return tuple(found)


def pairs(value: object) -> dict[str, object]:
    """What is said of each name: a table, or a text of "name = value" with commas or line breaks between them."""
    if isinstance(value, str):
        return dict(_pair(part) for part in re.split(r"[,\n]", value) if part.strip())
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise Unreadable
    return {name.strip(): said for name, said in value.items()}


def _pair(text: str) -> tuple[str, object]:
    name, sign, said = text.partition("=")
    if not sign or not name.strip():
        raise Unreadable(f'"{text.strip()[:40]}" is not "name = value"')
    return name.strip(), said.strip()


def libpq_url(value: object) -> str:
    """A connection string for libpq; SQLAlchemy's ``postgresql+driver://`` is not one."""
    if not isinstance(value, str):
        raise Unreadable
    text = value.strip()
    if re.match(r"postgres(ql)?\+\w+:", text):
        raise Unreadable("libpq knows no +driver: leave it out")
    if not text.startswith(("postgresql://", "postgres://")) and not re.match(r"\w+ *=", text):
        raise Unreadable
    return text


def text(value: object, *, secret: bool = False) -> str:
    """*value*, read before, as a person would write it; of a *secret* no password shows."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return duration_text(value)
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_said(said)}" for name, said in value.items())
    return without_password(str(value)) if secret else str(value)


def _said(said: object) -> str:
    return " ".join(said) if isinstance(said, tuple) else str(said)


def without_password(url: str) -> str:
    """*url* with every password in it replaced by three asterisks."""
    url = re.sub(r"(//[^:/@]*):.*@", r"\1:***@", url)
    return re.sub(r"(?i)(password *= *)('(?:[^'\\]|\\.)*'|[^&\s]+)", r"\1***", url)


def shown(value: object, *, secret: bool = False) -> str:
    """Any *value* as an error quotes it: in double quotes if it is a text, and never longer than a line."""
    if secret:
        return "(not shown: it may hold a password)"
    try:
        quoted = f'"{value}"' if isinstance(value, str) else repr(value)
    except Exception:  # a __repr__ out of a revision file may do anything
        quoted = f"a {type(value).__name__}"
    return quoted if len(quoted) <= 80 else quoted[:79] + "…"
