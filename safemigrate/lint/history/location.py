"""Where a project's scripts are, by its configuration; also where nothing of the project may be imported.

Alembic puts ``prepend_sys_path`` in front of Python's own path, and imports the package of a ``script_location``
such as ``shop:migrations`` to find its folder. In a checkout of a stranger's both would run what stands there: the path
makes a file of theirs the next module that somebody imports.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from alembic import util
from alembic.config import Config
from alembic.script import ScriptDirectory


def scripts(config: Config, *, imported: bool) -> ScriptDirectory:
    """Alembic's directory of scripts. Raises CommandError where *config* tells of none."""
    if imported:
        return ScriptDirectory.from_config(config)
    with _importing_nothing(config):
        found = ScriptDirectory.from_config(config)
        found._version_locations  # noqa: B018 -- looks for the folders, now
    return found


@contextmanager
def _importing_nothing(config: Config) -> Iterator[None]:
    """Within the block a folder of a package is looked for; after it, Python's path is as it was."""
    before, path = util.coerce_resource_to_filename, [*sys.path]
    places = [*(config.get_prepend_sys_paths_list() or ()), *path]

    def folder(fname_or_resource: str) -> Path:
        return _folder(str(fname_or_resource), places)

    util.coerce_resource_to_filename = folder
    try:
        yield
    finally:
        util.coerce_resource_to_filename = before
        sys.path[:] = path


def _folder(name: str, places: Sequence[str | os.PathLike[str]]) -> Path:
    """A path as it is; ``package:folder`` as the folder below the package that Python would find."""
    package, *inside = name.split(":") if not os.path.isabs(name) else [name]
    if not inside:
        return Path(name)
    below = Path(*package.split("."), *inside)
    return next((Path(place) / below for place in places if (Path(place) / below).is_dir()), below)
