"""What linters find of what was planted, and how long they take: ``python -m bench.lint``.

Each planted revision (:mod:`bench.lint_corpus`) is the newest one of a project of its own, and each tool
(:mod:`bench.lint_tools`) is asked about it. A hazard is found when the tool reports anything about its ``upgrade()``
that is not noise; the same of a safe file is a false alarm. Then the time: the sample history, several times over, as a
whole, and one changed file with that history, and a short one, behind it. All in one run, whole processes, medians.

A tool that cannot be installed here is named, and left out.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import history, lint_corpus, lint_report, lint_tools, overhead
from bench.lint_corpus import Case, Project
from bench.lint_report import START, Timing, Verdict
from bench.lint_tools import Report, Tool

RESULTS = Path(__file__).parent / "results"
COPIES = 20
NEEDS_ROWS = {
    "0034_reads_then_decides": 'op.create_index("ix_images_created_at", "images", ["created_at"])',
    "0035_computes_with_data": 'op.add_column("requests", sa.Column("price_cents", sa.Integer()))',
}
"""What the two revisions that read rows do without rows. Alembic writes no SQL for them, and squawk needs SQL."""

CHANGED = '''\
"""Accounts are listed by plan.

Revision ID: changed
Revises: {before}
"""

from alembic import op

revision = "changed"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_accounts_plan", "accounts", ["plan"], schema="public_{copies}")


def downgrade() -> None:
    op.drop_index("ix_accounts_plan", "accounts", schema="public_{copies}")
'''


def judge(tool: Tool, case: Case) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        project = lint_corpus.project(case, Path(folder) / "shop")
        answer = tool.check(project)
    rules = sorted({report.rule for report in answer.reports if concerns(report, case)})
    return Verdict(tool.name, case.name, tuple(rules), answer.failed)


def concerns(report: Report, case: Case) -> bool:
    """Whether *report* is about the upgrade of *case*. SQL has no file: there all of it is what is new."""
    return not report.file or (Path(report.file).stem == case.name and report.line in case.upgrade)


def repeated(folder: Path, copies: int, *, rows: bool) -> Project:
    """The sample history, *copies* times, all of it to be checked; without *rows*, what needs some is replaced."""
    ini = history.repeated(folder, copies)
    versions = ini.parent / "versions"
    for name, body in () if rows else NEEDS_ROWS.items():
        for path in versions.glob(f"c*_{name}.py"):
            head = path.read_text().split("\ndef upgrade()")[0]
            path.write_text(f"{head}\ndef upgrade() -> None:\n    {body}\n")
    return Project(folder, ini.relative_to(folder), (versions.relative_to(folder),), "", f"c{copies:02}_moved")


def changed(folder: Path, copies: int) -> Project:
    """The sample history, *copies* times, and one revision more, which is what is to be checked."""
    before = repeated(folder, copies, rows=False)
    path = before.new[0] / "changed.py"
    (folder / path).write_text(CHANGED.format(before=before.head, copies=copies))
    return Project(folder, before.ini, (path,), before.head, "changed")


def measure(job: str, project: Project, tools: Sequence[Tool], runs: int, *, again: bool) -> list[Timing]:
    """Every tool's times for *project*, in turn, so that a busy minute of the machine does not fall on one of them.

    *again*: it has been checked before, and what a tool has kept of that in a cache is there.
    """
    answers: dict[str, list[lint_tools.Answer]] = {tool.name: [] for tool in tools}
    for run in range(runs + 1):
        for tool in tools if run % 2 == 0 else reversed(tools):
            if not again:
                shutil.rmtree(project.folder / lint_tools.CACHE, ignore_errors=True)
            answers[tool.name].append(tool.check(project))
    # The first run writes the byte code.
    timings = [
        Timing(job, name, tuple(each.seconds for each in found[1:]), len(found[-1].reports), found[-1].failed)
        for name, found in answers.items()
    ]
    starts = tuple(lint_tools.run(lint_tools.ALEMBIC_HELP, project.folder)[1] for _ in range(runs))
    return [*timings, Timing(job, START, starts, 0, "")]


def installed() -> tuple[list[Tool], dict[str, str]]:
    """The tools that can be had here, and why the others cannot."""
    tools, missing = [], {}
    for tool in lint_tools.TOOLS:
        try:
            lint_tools.install(tool)
            tools.append(tool)
        except (subprocess.CalledProcessError, OSError) as error:
            words = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
            missing[tool.name] = words[-1]
    return tools, missing


def judged(tools: Sequence[Tool], cases: Sequence[Case]) -> list[Verdict]:
    verdicts = []
    for case in cases:
        found = [judge(tool, case) for tool in tools]
        verdicts += found
        said = ", ".join(f"{each.tool}: {', '.join(each.rules) or each.failed or '–'}" for each in found)
        print(f"{case.rule or 'safe'} ({case.name})  {said}", flush=True)
    return verdicts


def timed(tools: Sequence[Tool], copies: int, runs: int) -> list[Timing]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = copies * overhead.PER_COPY
        long, short = changed(folder / "long", copies), changed(folder / "short", 1)
        few = overhead.PER_COPY
        jobs = (
            (f"{size:,} revisions", repeated(folder / "whole", copies, rows=False), False),
            (f"{size:,} revisions, two of {few} need rows", repeated(folder / "rows", copies, rows=True), False),
            (f"one file, {few} before it, the first time", short, False),
            (f"one file, {few} before it, again", short, True),
            (f"one file, {size:,} before it, the first time", long, False),
            (f"one file, {size:,} before it, again", long, True),
        )
        return [timing for job, project, again in jobs for timing in measure(job, project, tools, runs, again=again)]


def main() -> None:
    options = _parser().parse_args()
    tools, missing = installed()
    if options.tool:
        tools = [tool for tool in tools if tool.name in options.tool]
    cases = [case for case in lint_corpus.cases() if not options.case or case.name in options.case]
    verdicts = judged(tools, cases)
    timings = timed(tools, options.copies, options.runs) if options.runs else []
    report = lint_report.as_json(cases, verdicts, timings, missing, {tool.name: tool.version for tool in tools})
    print("\n" + lint_report.text(report))
    results = Path(options.results)
    results.mkdir(parents=True, exist_ok=True)
    (results / "lint.json").write_text(json.dumps(report, indent=1) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.lint", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="0 leaves the times out")
    parser.add_argument("--copies", type=int, default=COPIES, help="of the sample history")
    parser.add_argument("--tool", action="append", help="only this one; may be given several times")
    parser.add_argument("--case", action="append", help="only this one; may be given several times")
    parser.add_argument("--results", default=str(RESULTS))
    return parser


if __name__ == "__main__":
    main()
