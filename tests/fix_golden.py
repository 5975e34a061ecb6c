"""What people see, kept as files: a test compares with the file, and UPDATE_GOLDEN=1 writes it anew.

The difference then shows in review, as the reader will see it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

HERE = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[1]


def check(name: str, text: str) -> None:
    """*text* is what tests/golden/*name* holds."""
    _compare(HERE / name, text.rstrip("\n") + "\n")


def check_part(path: str, part: str, text: str) -> None:
    """*text* stands in the page *path* between ``<!-- part: … -->`` and ``<!-- end -->``."""
    page = ROOT / path
    pattern = re.compile(rf"(<!-- part: {re.escape(part)} -->\n).*?(<!-- end -->)", re.DOTALL)
    before = page.read_text(encoding="utf-8")
    assert pattern.search(before), f"{path} has no part {part}"
    _compare(page, pattern.sub(lambda match: f"{match[1]}\n{text.strip()}\n\n{match[2]}", before))


def _compare(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.name} is not there; UPDATE_GOLDEN=1 writes it"
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; UPDATE_GOLDEN=1 writes it anew"
