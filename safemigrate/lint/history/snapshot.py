"""The replayed history, kept between two checks: an editor or a pre-commit hook lints one file of a long history over
and over, and nothing before that file has changed.

A snapshot is used only where everything that it was made from is as it was: the revisions before, the other files of
the migrations' folder, the project's own modules that were imported meanwhile.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from safemigrate.lint.history import kept
from safemigrate.lint.history.scripts import Revision, source
from safemigrate.lint.schema import Schema

_READ = ("*.py", "*.sql")


def key(before: Sequence[Revision], folder: Path, pending: Iterable[Path], *about: object) -> str:
    """What stands for the replay of the revisions *before* the *pending* ones, in the migrations' *folder*, under all
    that *about* says (the version of PostgreSQL, the arguments of env.py, …).
    """
    told = [*map(str, about)]
    for revision in before:
        told += [f"{revision.name} {revision.before} {revision.path}", revision.text]
    known = {str(revision.path) for revision in before} | {str(path) for path in pending}
    others = sorted(path for pattern in _READ for path in folder.rglob(pattern) if str(path) not in known)
    for path in others:
        told += [str(path), source(path)]
    return kept.digest(*told)


def load(name: str) -> Schema | None:
    """The schema of the snapshot *name*; None where there is none that may be used."""
    match kept.load(name):
        case (Schema() as schema, dict() as made_from):
            same = all(kept.digest(source(Path(place))) == digest for place, digest in made_from.items())
            return schema if same else None
    return None


def save(name: str, schema: Schema, project: Path) -> None:
    """Keep *schema* as the snapshot *name*; *project* is the folder whose modules it may have been made from."""
    kept.save(name, (schema, _imported_from(project)))


def _imported_from(project: Path) -> Mapping[str, str]:
    """The project's own modules that are imported now, with what is in them."""
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    own = [Path(file) for file in files if file and Path(file).is_relative_to(project)]
    return {str(path): kept.digest(source(path)) for path in own if "site-packages" not in path.parts}
