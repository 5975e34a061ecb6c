"""Tables of settings: a frozen dataclass whose fields say what they may be, and what is written for them.

Each maker of a field gives its default and its :class:`~safemigrate.config.values.Key`; :func:`apply` puts one layer on
top of such a table. A key that is not in the table, or a value that it cannot take, is an error in every source.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from safemigrate import errors
from safemigrate.config import values
from safemigrate.config.sources import Layer
from safemigrate.config.values import Key, Seconds

DEFAULT = "default"
UNCHANGED = "nothing was changed"


class Table(Protocol):
    """A dataclass of settings. *sources* is where each key that was set was set."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def sources(self) -> Mapping[str, str]: ...


T = TypeVar("T", bound=Table)


def duration(
    default: Seconds, text: str, *, least: Seconds = 0.0, off: bool = False, revision: bool = False
) -> Seconds:
    allowed = 'a duration: "100ms", "5s", "10min", "2h", or a number of seconds' + ("; 0 is off" if off else "")
    key = Key(text, allowed, lambda value: values.duration(value, least=least), "DURATION", revision=revision)
    return field(default=default, metadata={"key": key})


def one_of(text: str, *choices: str, revision: bool = False) -> Any:
    """The first of *choices* is the default."""
    key = Key(text, ", ".join(choices), values.one_of(choices), "{" + ",".join(choices) + "}", choices, revision)
    return field(default=choices[0], metadata={"key": key})


def names(text: str) -> tuple[str, ...]:
    key = Key(text, "names: a list, or a text with commas between them", values.names, "NAMES")
    return field(default=(), metadata={"key": key})


def flag(text: str, *, default: bool = False, revision: bool = False) -> bool:
    key = Key(text, "true, false", values.boolean, "", ("true", "false"), revision)
    return field(default=default, metadata={"key": key})


def count(
    default: int, text: str, *, least: int = 0, most: int = values.MOST, off: bool = False, revision: bool = False
) -> int:
    bounds = f"at least {least}" if most == values.MOST else f"from {least} to {most}"
    allowed = f"a whole number, {bounds}" + ("; 0 is off" if off else "")
    key = Key(text, allowed, lambda value: values.count(value, least=least, most=most), "NUMBER", revision=revision)
    return field(default=default, metadata={"key": key})


def sql(text: str) -> str:
    return field(default="", metadata={"key": Key(text, "an SQL query", values.sql, "SQL")})


def url(text: str) -> str:
    key = Key(text, 'a libpq URL, "postgresql://…", or "key=value …"', values.libpq_url, "URL", secret=True)
    return field(default="", repr=False, metadata={"key": key})


def path(text: str) -> str:
    """A file; a name that a configuration file gives is relative to the folder of that file."""
    return field(default="", metadata={"key": Key(text, "the path of a file", values.sql, "FILE", path=True)})


def paths(text: str) -> tuple[str, ...]:
    """Files or folders, as :func:`path`."""
    allowed = "paths: a list, or a text with commas between them"
    return field(default=(), metadata={"key": Key(text, allowed, values.names, "PATHS", path=True)})


def table(text: str, allowed: str, read: Any, metavar: str) -> Mapping[str, Any]:
    """Names and what is said of each; *read* makes a dict of what was written."""
    return field(default_factory=dict, metadata={"key": Key(text, allowed, read, metavar)})


def keys(settings: type) -> Mapping[str, Key]:
    """The keys of a table, by name, in its order."""
    return {each.name: each.metadata["key"] for each in dataclasses.fields(settings) if "key" in each.metadata}


def apply(settings: T, layer: Layer, keys: Mapping[str, Key], accepted: Iterable[str]) -> T:
    """*settings* with what *layer* says on top. Raises BadInput for a key that is not *accepted*, or a bad value."""
    if not layer.values:
        return settings
    known = tuple(accepted)
    changes = {key: _value(key, value, layer, keys, known) for key, value in layer.values.items()}
    places = {key: layer.place(key) for key in changes}
    return dataclasses.replace(settings, **changes, sources={**settings.sources, **places})


def _value(key: object, value: object, layer: Layer, keys: Mapping[str, Key], accepted: tuple[str, ...]) -> Any:
    if not isinstance(key, str) or key not in accepted:
        raise _unknown(key, layer, keys, accepted)
    try:
        read = keys[key].read(value)
    except values.Unreadable as error:
        raise _bad(key, keys[key], value, layer, str(error)) from None
    return _placed(read, layer.folder) if keys[key].path else read


def _placed(read: object, folder: Path | None) -> object:
    if folder is None or not read:
        return read
    return tuple(str(folder / each) for each in read) if isinstance(read, tuple) else str(folder / str(read))


def _unknown(key: object, layer: Layer, keys: Mapping[str, Key], accepted: tuple[str, ...]) -> errors.BadInput:
    name = key if isinstance(key, str) else values.shown(key)
    near = difflib.get_close_matches(name.lower().replace("-", "_")[:80], accepted, n=1)
    elsewhere = name in keys
    return errors.BadInput(
        f"{name} cannot be set for one revision" if elsewhere else f"unknown setting {values.shown(key)}",
        details=[("in", layer.place(name[:80])), ("allowed", ", ".join(accepted))],
        state=UNCHANGED,
        next="set it in alembic.ini or pyproject.toml" if elsewhere else f"did you mean {near[0]}?" if near else "",
    )


def _bad(name: str, key: Key, value: object, layer: Layer, why: str) -> errors.BadInput:
    near = difflib.get_close_matches(str(value)[:80].lower(), key.choices, n=1) if isinstance(value, str) else []
    return errors.BadInput(
        f"bad value for {name}: {values.shown(value, secret=key.secret)}",
        details=[("in", layer.place(name)), ("because", why), ("allowed", key.allowed)],
        state=UNCHANGED,
        next=f"did you mean {near[0]}?" if near else "",
    )
