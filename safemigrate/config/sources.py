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

OTHER_VARIABLES = tuple(PREFIX + name for name in ("TEST_", "SCRATCH_", "BENCH_", "DEMO_", "LINT_", "POSTGRES"))
"""Beginnings of environment variables that look like ours but set something else."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source says. *place* names a key's place in it: a file and section, a variable, a flag.

    *folder* is the one that the paths in it are relative to; None for the current one.
    """

    place: Callable[[str], str]
    values: Mapping[str, object]
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Where in each source one table of settings stands: *table* of pyproject.toml, *section* of alembic.ini, the
    beginning of its variables (*prefix*) and of its flags' destinations. *others* are keys of the table that are tables
    of their own, and *variables* beginnings of variables that set something else.
    """

    table: tuple[str, ...]
    section: str
    prefix: str
    destination: str
    others: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


RUN = Part(("tool", "safemigrate"), "safemigrate", PREFIX, "setting_", ("lint",), OTHER_VARIABLES)
LINT = Part(("tool", "safemigrate", "lint"), "safemigrate:lint", PREFIX + "LINT_", "lint_")


def pyproject(path: Path | None, part: Part = RUN) -> Layer:
    """``[tool.safemigrate]`` in a pyproject.toml."""
    text = _read(path)
    if path is None or text is None:
        return _nothing()
    import tomllib

    place = f"{path} [{'.'.join(part.table)}]"
    try:
        found: object = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(path, str(error)) from error
    for name in part.table:
        found = found.get(name, {}) if isinstance(found, dict) else {}
    if not isinstance(found, dict):
        raise _unreadable(path, f"{'.'.join(part.table)} is not a table: {values.shown(found)}")
    own = {key: value for key, value in found.items() if not (key in part.others and isinstance(value, dict))}
    return Layer(lambda key: place, own, path.parent)


def alembic_ini(path: Path | None, part: Part = RUN) -> Layer:
    """``[safemigrate]`` in an alembic.ini, with Alembic's interpolation: ``%(here)s``, ``%%``, and [DEFAULT]."""
    text = _read(path)
    if path is None or text is None:
        return _nothing()
    import configparser

    section = part.section
    place = f"{path} [{section}]"
    # Named otherwise, [DEFAULT] is a section like others, and its keys do not look as if they stood in ours.
    parser = configparser.ConfigParser(default_section="\0")
    try:
        parser.read_string(text)
        if not parser.has_section(section):
            return _nothing()
        own = dict(parser.items(section, raw=True))
        shared = dict(parser.items("DEFAULT", raw=True)) if parser.has_section("DEFAULT") else {}
        around = {"here": str(path.absolute().parent), **shared}
        around = {key: text for key, text in around.items() if key not in own}
        written = {key: parser.get(section, key, vars=around) for key in own}
        return Layer(lambda key: place, written, path.parent)
    except (configparser.Error, ValueError) as error:
        raise _unreadable(path, " ".join(str(error).split())) from error


def environment(environ: Mapping[str, str], part: Part = RUN) -> Layer:
    """``SAFEMIGRATE_<KEY>``; a variable that is set to nothing says nothing."""
    found = {
        name.removeprefix(part.prefix).lower(): text
        for name, text in environ.items()
        if name.startswith(part.prefix) and not name.startswith(part.variables) and text.strip()
    }
    return Layer(lambda key: f"environment {part.prefix}{key.upper()}", found)


def command_line(flags: Mapping[str, object]) -> Layer:
    """The flags that were given, by key; None is not given."""
    return Layer(lambda key: flag(key), {key: value for key, value in flags.items() if value is not None})


def flag(key: str) -> str:
    return "--" + key.replace("_", "-")


def add_flags(parser: argparse.ArgumentParser, keys: Mapping[str, values.Key], part: Part = RUN) -> None:
    """One flag for each of *keys*. Their values stay as written, so that all sources give the same errors."""
    group = parser.add_argument_group("settings", "stronger than the environment and the files; see configuration.md")
    for name, key in keys.items():
        destination = part.destination + name
        if key.read is values.boolean:
            action = argparse.BooleanOptionalAction
            group.add_argument(flag(name), dest=destination, action=action, default=None, help=key.help)
        else:
            group.add_argument(flag(name), dest=destination, metavar=key.metavar, default=None, help=key.help)


def given_flags(namespace: argparse.Namespace, part: Part = RUN) -> dict[str, object]:
    """What :func:`add_flags` left in *namespace*, by key."""
    return {
        name.removeprefix(part.destination): value
        for name, value in vars(namespace).items()
        if name.startswith(part.destination) and value is not None
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
