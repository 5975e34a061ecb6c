"""SQL files beside the revision: the only files that a source may have read, and only from its own environment.

A file is read if its name ends in ``.sql`` and it lies in the folder that holds the versions folder, or in the folder
around that one; symbolic links are followed before that is decided. Everything else is refused.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from safemigrate.lint.static.limits import TEXT, Refused


@dataclass(frozen=True, slots=True)
class Opened:
    """What ``open()`` gives for a file with this *text*."""

    text: str


def opened(name: Any, revision: str) -> Opened:
    """The SQL file *name*, opened by the file *revision*. Raises Refused."""
    return Opened(read(name, revision))


def read(name: Any, revision: str) -> str:
    """The text of the SQL file *name*; a relative name is looked for beside *revision*, and in the folders above it."""
    if not isinstance(name, (str, PurePath)) or "\0" in str(name):
        raise Refused("reads a file whose name is not known")
    for found in _candidates(Path(str(name)), Path(revision)):
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            return _text(found)
    raise Refused("reads a file that is not an SQL file of the environment")


def _candidates(name: Path, revision: Path) -> list[Path]:
    """The files that *name* may mean, within the environment of *revision*."""
    try:
        versions = revision.resolve().parent
        allowed = [folder for folder in (versions.parent, versions.parent.parent) if folder != Path(folder.anchor)]
        named = [(folder / name).resolve() for folder in (versions, *allowed)]
    except (OSError, RuntimeError, ValueError):
        return []
    return [each for each in named if each.suffix == ".sql" and any(each.is_relative_to(folder) for folder in allowed)]


def _text(path: Path) -> str:
    if not path.is_file() or path.stat().st_size > TEXT:
        raise OSError("not a file that is read")
    return path.read_text(encoding="utf-8")
