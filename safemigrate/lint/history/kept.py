"""What the linter keeps between two checks, so as not to work it out again: pickles in the user's own cache folder.

What it never does: trust a project. What is loaded here is run, in a way, so it is never in the project's folder, and
only where nobody else may write (``XDG_CACHE_HOME``, ``~/.cache``). What cannot be read is as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import pickle
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path

import safemigrate

WORTH = 20
"""What is made of fewer revisions than this is worked out sooner than it is found."""

MOST = 50
"""So many files are kept, those that were used last."""


def load(name: str) -> object:
    """What was saved as *name*; None where there is nothing that may be used."""
    try:
        path = _folder() / name
        found: object = pickle.loads(path.read_bytes())
        path.touch()
    except Exception:  # not there, not ours alone, or of another version: it is worked out anew
        return None
    return found


def save(name: str, thing: object) -> None:
    """Keep *thing* as *name*; where that cannot be, nothing is kept."""
    with contextlib.suppress(OSError, pickle.PicklingError):
        folder = _folder()
        handle, made = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            pickle.dump(thing, file, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(made, folder / name)
        for path in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-MOST]:
            path.unlink()


def digest(*parts: str) -> str:
    """64 hex digits for these texts and for the versions of everything that reads them."""
    told = hashlib.sha256(_versions().encode())
    for part in parts:
        encoded = part.encode(errors="surrogateescape")
        told.update(f"{len(encoded)}:".encode() + encoded)
    return told.hexdigest()


def _folder() -> Path:
    """The cache folder, made where it is not there. Raises OSError where somebody else could write to it."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "safemigrate" / "lint"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.stat()
    if about.st_uid != os.getuid() or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"{folder} is not ours alone")
    return folder


@cache
def _versions() -> str:
    """The versions of Python, of the libraries, and of our own code: while it is being changed, its newest file."""
    package = Path(safemigrate.__file__).parent
    newest = max(entry.stat().st_mtime_ns for entry in _files(package))
    libraries = [importlib.metadata.version(name) for name in ("alembic", "sqlalchemy", "postgast")]
    return " ".join([sys.version, safemigrate.__version__, str(newest), *libraries])


def _files(folder: Path) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    for entry in os.scandir(folder):
        if entry.is_dir():
            found += _files(Path(entry.path))
        elif entry.name.endswith(".py"):
            found.append(entry)
    return found
