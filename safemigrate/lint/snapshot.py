"""The replayed history, kept between two checks: an editor or a pre-commit hook lints one file of a long history over
and over, and nothing before that file has changed.

What it promises: a snapshot is used only where everything that it was made from is as it was: the revisions before, the
other files of the migrations' folder, the project's own modules that were imported meanwhile, the versions of all that
read them. What cannot be read is as if it were not there.

What it never does: trust a project. Snapshots are pickles, so they are in the user's own cache folder
(``XDG_CACHE_HOME``, ``~/.cache``), which nobody else may write to.
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
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import safemigrate
from safemigrate.lint.schema import Schema
from safemigrate.lint.scripts import Revision, source

SHORTEST = 20
"""A history of fewer revisions than this is replayed sooner than it is found."""

MOST = 50
"""So many snapshots are kept, the newest ones."""

_READ = ("*.py", "*.sql")


def key(before: Sequence[Revision], folder: Path, pending: Iterable[Path], *about: object) -> str:
    """What stands for the replay of the revisions *before* the *pending* ones, in the migrations' *folder*, under all
    that *about* says (the version of PostgreSQL, the arguments of env.py, …).
    """
    told = hashlib.sha256()
    for each in (_ours(), sys.version, *map(importlib.metadata.version, ("alembic", "sqlalchemy", "postgast")), *about):
        _tell(told, str(each))
    for revision in before:
        _tell(told, f"{revision.name} {revision.before} {revision.path}")
        _tell(told, revision.text)
    known = {revision.path for revision in before} | set(pending)
    for path in sorted(path for pattern in _READ for path in folder.rglob(pattern)):
        if path.resolve() not in known:
            _tell(told, str(path))
            _tell(told, source(path))
    return told.hexdigest()


def load(name: str) -> Schema | None:
    """The schema of the snapshot *name*; None where there is none that may be used."""
    try:
        path = _folder() / name
        schema, made_from = pickle.loads(path.read_bytes())
        path.touch()
    except Exception:  # not there, not ours, or of another version: it is made anew
        return None
    same = all(_digest(Path(place)) == digest for place, digest in made_from.items())
    return schema if same and isinstance(schema, Schema) else None


def save(name: str, schema: Schema, project: Path) -> None:
    """Keep *schema* as the snapshot *name*; *project* is the folder whose modules it may have been made from."""
    with contextlib.suppress(OSError, pickle.PicklingError):
        folder = _folder()
        handle, made = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            pickle.dump((schema, _imported_from(project)), file, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(made, folder / name)
        newest = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest[MOST:]:
            path.unlink()


def _folder() -> Path:
    """The cache folder, made where it is not there. Raises OSError where somebody else could write to it."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "safemigrate" / "lint"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.stat()
    if about.st_uid != os.getuid() or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"{folder} is not ours alone")
    return folder


def _imported_from(project: Path) -> Mapping[str, str]:
    """The project's own modules that are imported now, with what is in them."""
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    own = [Path(file) for file in files if file and Path(file).is_relative_to(project)]
    return {str(path): _digest(path) for path in own if "site-packages" not in path.parts}


def _digest(path: Path) -> str:
    return hashlib.sha256(source(path).encode(errors="surrogateescape")).hexdigest()


def _ours() -> str:
    """The version of the code that replays; while it is being changed, the newest of its files."""
    package = Path(safemigrate.__file__).parent
    newest = max(path.stat().st_mtime_ns for path in package.rglob("*.py"))
    return f"{safemigrate.__version__} {newest}"


def _tell(told: hashlib._Hash, text: str) -> None:
    encoded = text.encode(errors="surrogateescape")
    told.update(f"{len(encoded)}:".encode() + encoded)
