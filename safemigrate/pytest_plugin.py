"""``pytest --safemigrate``: one test for each revision, which fails with what ``safemigrate lint`` finds in it.

The check runs in a process of its own, so that env.py and the revisions are not imported into the tests' process.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

GROUP = "safemigrate"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup(GROUP, "checks of Alembic revisions")
    group.addoption("--safemigrate", action="store_true", help="check each revision with safemigrate lint")
    group.addoption(
        "--safemigrate-lint",
        metavar="ARGUMENTS",
        default=None,
        help='what to hand to safemigrate lint, such as "--since origin/main"; default: the setting safemigrate_lint',
    )
    parser.addini("safemigrate_lint", "what --safemigrate hands to safemigrate lint", default="")
    parser.addini("safemigrate_config", "the alembic.ini of --safemigrate", default="")


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--safemigrate"):
        items.extend(_revisions(session, config))


def _revisions(session: pytest.Session, config: pytest.Config) -> Iterator[pytest.Item]:
    report = _checked(config)
    by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in report["findings"]:
        by_file[finding["file"]].append(finding)
    for file in dict.fromkeys([*report["summary"]["files"], *by_file]):
        yield Revision.from_parent(session, name=GROUP, nodeid=f"{file}::{GROUP}", file=file, findings=by_file[file])


def _checked(config: pytest.Config) -> dict[str, Any]:
    """What lint says, as its JSON. Raises UsageError where it could not check anything."""
    given = config.getoption("--safemigrate-lint")
    arguments = shlex.split(config.getini("safemigrate_lint") if given is None else given)
    project = config.getini("safemigrate_config")
    command = [sys.executable, "-m", "safemigrate", *(["-c", project] if project else []), "lint", "--json", *arguments]
    ended = subprocess.run(command, cwd=config.rootpath, capture_output=True, text=True, check=False)
    try:
        report = json.loads(ended.stdout)
        if "findings" not in report:
            raise ValueError
    except ValueError:
        raise pytest.UsageError(f"safemigrate lint checked nothing:\n{ended.stdout}{ended.stderr}") from None
    assert isinstance(report, dict)
    return report


class Found(Exception):
    """What was found in one revision."""


class Revision(pytest.Item):
    """The test of one revision; it fails on an error or a warning."""

    def __init__(self, *, file: str, findings: list[dict[str, Any]], **more: Any) -> None:
        super().__init__(**more)
        self.file = self.config.rootpath / file
        self.findings = findings

    def runtest(self) -> None:
        if any(finding["severity"] != "info" for finding in self.findings):
            raise Found

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, Found):
            return super().repr_failure(excinfo, style)
        return "\n\n".join(_told(finding) for finding in self.findings)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.file, None, self.name


def _told(finding: dict[str, Any]) -> str:
    place = ":".join(str(part) for part in (finding["file"], finding["line"]) if part)
    lines = [f"{place}: {finding['severity']}[{finding['rule']}] {finding['message']}"]
    lines += [f"    {line}" for line in finding["statement"].splitlines()]
    if finding["instead"]:
        lines += ["  instead", *(f"    {line}" for line in finding["instead"].splitlines())]
    return "\n".join(lines)
