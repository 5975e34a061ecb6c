"""Whose a module is: Python's, an installed package's, the migrations' own, or the application's. None is imported."""

from __future__ import annotations

import importlib.util
import sys
from functools import lru_cache
from pathlib import Path

from safemigrate.lint.history.source import Import

_OURS = frozenset({"alembic", "safemigrate", "sqlalchemy"})
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_LEVELS = 6
"""Folders above a revision in which its application is looked for."""


def is_application(imported: Import, revision: Path) -> bool:
    """Whether *imported*, in the file *revision*, is code of the application; False where nobody knows."""
    top, *parts = imported.module.split(".")
    if top in sys.stdlib_module_names or top in _OURS:
        return False
    base = _place(top, revision)
    if base is None or _INSTALLED & {*base.parts}:
        return False
    home = _home(revision)
    return not any(found.is_relative_to(home) for found in _files(base, parts, imported.names))


def _home(revision: Path) -> Path:
    """The folder of the migrations: the one with env.py, else the revision's own."""
    return next((each for each in revision.parents if (each / "env.py").is_file()), revision.parent)


@lru_cache(maxsize=256)
def _place(top: str, revision: Path) -> Path | None:
    """The folder or file of a top-level module, as Python would find it, else near *revision*."""
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        spec = None
    if spec is not None:
        places = [*(spec.submodule_search_locations or []), spec.origin or ""]
        return Path(places[0]).resolve() if places[0] else None
    above = [folder for each in [*revision.parents][:_LEVELS] for folder in (each, each / "src")]
    near = (found for folder in above for found in (folder / top, folder / f"{top}.py"))
    return next((found for found in near if found.exists()), None)


def _files(base: Path, parts: list[str], names: tuple[str, ...]) -> list[Path]:
    """Where the module is, and where the names would be that may be modules of it."""
    folder = base.joinpath(*parts)
    return [folder, *(folder / name for name in names)]
