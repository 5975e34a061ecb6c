"""The linters that :mod:`bench.lint` compares: how each is installed, called and understood.

Each that is not ours gets a virtual environment of its own under .cache/lint, in the version named here. They run with
their default settings. What a tool says counts, except what is in *noise*: matters of style, timeouts that whoever runs
the migrations sets, whether a downgrade exists, and that Alembic's SQL broke off.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.lint_corpus import Project

CHECKOUT = Path(__file__).parent.parent
INSTALLED = CHECKOUT / ".cache" / "lint"
PYTHON = (sys.executable, "-m")
CACHE = ".cache"
"""In a project's folder."""


@dataclass(frozen=True, slots=True)
class Report:
    """That a tool reported *rule*, in *file* at *line*; "" and 0 where it has read SQL and knows of no file."""

    rule: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said, how long the whole processes took in seconds, and why it did not read everything, if so."""

    reports: tuple[Report, ...]
    seconds: float
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """*executable* is called with what *arguments* says of a project; *read* understands what it wrote.

    *package* and *version* are what is installed for it, empty for our own. *reads_sql*: it is given what ``alembic
    upgrade --sql`` writes.
    """

    name: str
    executable: str
    arguments: Callable[[Project], list[str]]
    read: Callable[[str], list[Report]]
    package: str = ""
    version: str = ""
    reads_sql: bool = False
    noise: frozenset[str] = frozenset()

    @property
    def folder(self) -> Path:
        return INSTALLED / f"{self.package}-{self.version}"

    def stages(self, project: Project) -> list[list[str]]:
        """The processes, each reading what the one before wrote."""
        program = [str(self.folder / "bin" / self.executable)] if self.package else [*PYTHON, self.executable]
        last = [*program, *self.arguments(project)]
        return [upgrade_as_sql(project), last] if self.reads_sql else [last]

    def check(self, project: Project) -> Answer:
        """What this tool says of what is new in *project*, its noise left out."""
        said, seconds, failed = run(self.stages(project), project.folder)
        try:
            reports = self.read(said)
        except (ValueError, KeyError) as error:
            return Answer((), seconds, failed or f"it wrote what nobody understands: {error}")
        return Answer(tuple(each for each in reports if each.rule not in self.noise), seconds, failed)


def run(stages: Sequence[Sequence[str]], folder: Path) -> tuple[str, float, str]:
    """Runs *stages* in *folder* as a pipe: what the last wrote, the seconds, and the last words of one that failed.

    A linter's exit code 1 says that it found something. Any other than 0 and 1 is failure, and 1 before the last stage.
    """
    with ExitStack() as stack:
        began = time.monotonic()
        processes: list[subprocess.Popen[str]] = []
        words: list[IO[str]] = []
        for arguments in stages:
            # A file, since nobody reads it while the pipe runs.
            words.append(stack.enter_context(tempfile.TemporaryFile("w+")))
            source = processes[-1].stdout if processes else subprocess.DEVNULL
            processes.append(
                stack.enter_context(
                    subprocess.Popen(
                        arguments,
                        cwd=folder,
                        env=_environment(folder),
                        stdin=source,
                        stdout=subprocess.PIPE,
                        stderr=words[-1],
                        text=True,
                    )
                )
            )
        said, _ = processes[-1].communicate()
        codes = [process.wait() for process in processes]
        seconds = time.monotonic() - began
        return said, seconds, _failure(codes, words)


def _failure(codes: Sequence[int], words: Sequence[IO[str]]) -> str:
    for number, (code, stream) in enumerate(zip(codes, words, strict=True)):
        if code not in ((0, 1) if number == len(codes) - 1 else (0,)):
            stream.seek(0)
            return (stream.read().strip().splitlines() or [f"exit code {code}"])[-1]
    return ""


def _environment(folder: Path) -> dict[str, str]:
    """Ours, without what makes linters write for another reader; what they keep for another time stays in *folder*."""
    kept = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    return {**kept, "NO_COLOR": "1", "XDG_CACHE_HOME": str(folder / CACHE)}


def install(tool: Tool) -> None:
    """Installs *tool* where it is not. Raises CalledProcessError, with what was written, when that cannot be done."""
    done = tool.folder / "installed"
    if not tool.package or done.exists():
        return
    tool.folder.parent.mkdir(parents=True, exist_ok=True)
    pip = [str(tool.folder / "bin" / "python"), "-m", "pip", "install", "--quiet", f"{tool.package}=={tool.version}"]
    for arguments in ([".ci/venv", str(tool.folder)], pip):
        subprocess.run(arguments, cwd=CHECKOUT, check=True, capture_output=True, text=True)
    done.touch()


def upgrade_as_sql(project: Project) -> list[str]:
    revisions = f"{project.before}:{project.head}" if project.before else project.head
    return [*PYTHON, "alembic", "-c", str(project.ini), "upgrade", revisions, "--sql"]


def _files(project: Project) -> list[str]:
    return [str(path) for path in project.new]


def read_safemigrate(said: str) -> list[Report]:
    """What fails a check: errors and warnings."""
    return [
        Report(each["rule"], each["file"], each["line"] or 0)
        for each in json.loads(said)["findings"]
        if each["severity"] in ("error", "warning")
    ]


def read_squawk(said: str) -> list[Report]:
    return [Report(each["rule_name"]) for each in json.loads(said)]


def read_zdm(said: str) -> list[Report]:
    return [Report(each["rule_name"], each["path"], each["line"]) for each in json.loads(said)["diagnostics"]]


def read_alembic_guard(said: str) -> list[Report]:
    return [Report(each["name"], each["path"], each["line"]) for each in json.loads(said)]


def read_lockcheck(said: str) -> list[Report]:
    """From its text, which is all that it writes: a file's name, then a line for each finding with an explanation."""
    reports, file = [], ""
    for line in said.splitlines():
        if found := _LOCKCHECK.match(line):
            reports.append(Report(found[2], file, int(found[1])))
        elif line and not line.startswith(" "):
            file = line
    return reports


_LOCKCHECK = re.compile(r"\s+(\d+)\s+(LC\d{3})\s")

ALEMBIC_HELP = [[*PYTHON, "alembic", "--help"]]
"""What a start of Alembic alone takes."""

STYLE = frozenset(
    {
        "ban-char-field",
        "prefer-bigint-over-int",
        "prefer-bigint-over-smallint",
        "prefer-identity",
        "prefer-robust-stmts",
        "prefer-text-field",
        "prefer-timestamp-tz",
        "require-enum-value-ordering",
        "unused-ignore",
    }
)
TIMEOUTS = frozenset({"require-lock-timeout", "require-statement-timeout", "require-timeout-settings"})

TOOLS = (
    Tool(
        "safemigrate lint",
        "safemigrate",
        # Without files it checks the whole history, revision by revision.
        lambda project: [
            *("-c", str(project.ini), "lint", "--format", "json"),
            *(_files(project) if project.before else ()),
        ],
        read_safemigrate,
    ),
    Tool(
        "alembic | squawk",
        "squawk",
        lambda _: ["--reporter", "json"],
        read_squawk,
        "squawk-cli",
        "2.70.0",
        reads_sql=True,
        noise=STYLE | TIMEOUTS | {"ban-uncommitted-transaction"},
    ),
    Tool(
        "zdm",
        "zdm",
        lambda project: ["--output-format", "json", *_files(project)],
        read_zdm,
        "zdm",
        "0.9.1",
        noise=frozenset({"irreversible-run-python", "irreversible-run-sql"}),
    ),
    Tool(
        "alembic-guard",
        "alembic-guard",
        lambda project: ["--format", "json", *_files(project)],
        read_alembic_guard,
        "alembic-guard",
        "0.1.1",
    ),
    Tool("lockcheck", "lockcheck", _files, read_lockcheck, "lockcheck", "0.1.0"),
)
