"""What ships beside the code: the wheel, the scripts."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.fix_pg import CHECKOUT


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "safemigrate").rglob("*") if path.is_file()}
    assert names == {name for name in files if "__pycache__" not in name}


@pytest.mark.parametrize(
    "script",
    [
        "containers/primary.sh",
        "containers/replica.sh",
        "containers/entrypoint.sh",
        "containers/test",
        ".ci/run",
        ".ci/venv",
    ],
)
def test_scripts_parse_and_may_be_run(script: str) -> None:
    path = CHECKOUT / script
    assert path.stat().st_mode & 0o111
    shell = path.read_text().partition("\n")[0].rpartition("/")[2].split()[-1]
    subprocess.run([shell, "-n", str(path)], check=True)
