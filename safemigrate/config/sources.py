"""Where settings are written: two files, the environment, the command line. Each source becomes a :class:`Layer`.

Only what was written is read here, and from where; what it means is decided in one place for all of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from safemigrate import errors
from safemigrate.config import values

PREFIX = "SAFEMIGRATE_"
DESTINATION = "setting_"

OTHER_VARIABLES = tuple(PREFIX + name for name in ("TEST_", "SCRATCH_", "BENCH_", "DEMO_", "POSTGRES"))
"""Beginnings of environment variables that look like ours but set something else."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source says. *place* names a key's place in it: a file and section, a variable, a flag."""

    place: Callable[[str], str]
    values: Mapping[str, object]


def pyproject(path: Path | None) -> Layer:
    """``[tool.safemigrate]`` in a pyproject.toml."""
    text = _read(path)
    if path is None or text is None:
        return _nothing()
    import tomllib

    place = f"{path} [tool.safemigrate]"
    try:
        tool = tomllib.loads(text).get("tool", {})
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(path, str(error)) from error
    table = tool.get("safemigrate", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise _unreadable(path, f"tool.safemigrate is not a table: {values.shown(table)}")
    return Layer(lambda key: place, table)


def alembic_ini(path: Path | None) -> Layer:
    """``[safemigrate]`` in an alembic.ini, with Alembic's interpolation: ``%(here)s``, ``%%``, and [DEFAULT]."""
    text = _read(path)
    if path is None or text is None:
        return _nothing()
    import configparser

    place = f"{path} [safemigrate]"
    # Named otherwise, [DEFAULT] is a section like others, and its keys do not look as if they stood in ours.
    parser = configparser.ConfigParser(default_section="\0")
    try:
        parser.read_string(text)
        if not parser.has_section("safemigrate"):
            return _nothing()
        own = dict(parser.items("safemigrate", raw=True))
        shared = dict(parser.items("DEFAULT", raw=True)) if parser.has_section("DEFAULT") else {}
        around = {"here": str(path.absolute().parent), **shared}
        around = {key: text for key, text in around.items() if key not in own}
        return Layer(lambda key: place, {key: parser.get("safemigrate", key, vars=around) for key in own})
    except (configparser.Error, ValueError) as error:
        raise _unreadable(path, " ".join(str(error).split())) from error


def environment(environ: Mapping[str, str]) -> Layer:
    """``SAFEMIGRATE_<KEY>``; a variable that is set to nothing says nothing."""
    found = {
        name.removeprefix(PREFIX).lower(): text
        for name, text in environ.items()
        if name.startswith(PREFIX) and not name.startswith(OTHER_VARIABLES) and text.strip()
    }
    return Layer(lambda key: f"environment {PREFIX}{key.upper()}", found)


def command_line(flags: Mapping[str, object]) -> Layer:
    """The flags that were given, by key; None is not given."""
    return Layer(lambda key: flag(key), {key: value for key, value in flags.items() if value is not None})


def flag(key: str) -> str:
    return "--" + key.replace("_", "-")


def add_flags(parser: argparse.ArgumentParser, keys: Mapping[str, values.Key]) -> None:
    """One flag for each of *keys*. Their values stay as written, so that all sources give the same errors."""
    group = parser.add_argument_group("settings", "stronger than the environment and the files; see configuration.md")
    for name, key in keys.items():
        destination = DESTINATION + name
        if key.read is values.boolean:
            action = argparse.BooleanOptionalAction
            group.add_argument(flag(name), dest=destination, action=action, default=None, help=key.help)
        else:
            group.add_argument(flag(name), dest=destination, metavar=key.metavar, default=None, help=key.help)


def given_flags(namespace: argparse.Namespace) -> dict[str, object]:
    """What :func:`add_flags` left in *namespace*, by key."""
    return {
        name.removeprefix(DESTINATION): value
        for name, value in vars(namespace).items()
        if name.startswith(DESTINATION) and value is not None
    }


def _nothing() -> Layer:
    return Layer(str, {})


def _read(path: Path | None) -> str | None:
    """The text of a file, None where there is none: a missing configuration file is Alembic's to complain about."""
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error


def _unreadable(path: Path, why: str) -> errors.BadInput:
    return errors.BadInput(
        f'cannot read the configuration in "{path}"', details=[("because", why)], state="nothing was changed"
    )
