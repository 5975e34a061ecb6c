"""The benchmark of linters: its planted revisions are what they say, and what the tools write is understood."""

from __future__ import annotations

import ast
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

from bench import lint, lint_corpus, lint_report, lint_tools, record
from bench.lint_corpus import Case, Project
from bench.lint_report import Timing, Verdict
from bench.lint_tools import Report, Tool
from safemigrate import scratch
from safemigrate.lint import registry

CASES = lint_corpus.cases()
NAMES = {case.name: case for case in CASES}
HAZARDS = [case for case in CASES if case.rule]
SAFE = [case for case in CASES if not case.rule]
FAILING = {
    "concurrently-in-transaction",
    "drop-constraint-index",
    "enum-type-not-created",
    "enum-value-used-in-transaction",
    "manual-transaction-control",
    "type-change-blocked",
    "unsupported-on-partitioned",
}
"""The hazard is that it fails."""


def test_there_are_enough_cases_in_every_way_of_writing() -> None:
    assert len(HAZARDS) >= 60
    assert len(SAFE) >= 12
    assert {case.way for case in HAZARDS} == set(lint_corpus.WAYS)


def test_every_hazard_is_of_a_rule_that_exists() -> None:
    rules = {registered.rule.slug for registered in registry.own()}
    assert {case.rule for case in HAZARDS} <= rules


@pytest.mark.parametrize("case", HAZARDS, ids=lambda case: case.name)
def test_the_line_of_a_hazard_is_the_beginning_of_a_statement_before_the_downgrade(case: Case) -> None:
    assert case.line in case.upgrade
    nodes = ast.walk(ast.parse(case.path.read_text()))
    assert case.line in {node.lineno for node in nodes if isinstance(node, ast.stmt)}


@pytest.fixture(scope="module")
def server() -> Iterator[scratch.Server]:
    with scratch.start() as started:
        yield started


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_planted_revision_runs_unless_its_hazard_is_that_it_fails(
    case: Case, server: scratch.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = lint_corpus.project(case, tmp_path / "shop")
    config = Config(str(project.folder / project.ini))
    monkeypatch.syspath_prepend(str(project.folder))
    for name in ("ddl", "shop", "shop.models"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    with server.database() as database:
        config.set_main_option("sqlalchemy.url", database.url.replace("%", "%%"))
        command.upgrade(config, project.before)
        if case.rule in FAILING:
            with pytest.raises(Exception, match=r"cannot|unsafe|does not exist"):
                command.upgrade(config, project.head)
        else:
            command.upgrade(config, project.head)


def test_a_project_has_the_revisions_that_a_case_comes_after(tmp_path: Path) -> None:
    project = lint_corpus.project(NAMES["not_null_proven"], tmp_path / "shop")
    names = {path.stem for path in (project.folder / "migrations" / "versions").glob("*.py")}
    assert names == {"0001_shop", "quantity_check", "quantity_check_valid", "not_null_proven"}
    assert (project.before, project.head) == ("quantity_check_valid", "not_null_proven")
    assert project.new == (Path("migrations/versions/not_null_proven.py"),)


def test_revisions_that_share_a_transaction_are_new_together(tmp_path: Path) -> None:
    project = lint_corpus.project(NAMES["validate_next_revision"], tmp_path / "shop")
    assert [path.stem for path in project.new] == ["account_check_added", "validate_next_revision"]
    assert project.before == lint_corpus.FIRST
    environment = (project.folder / "migrations" / "env.py").read_text()
    assert "transaction_per_migration=True" not in environment


@pytest.mark.parametrize(
    "head", ["", "# hazard: drop-table at line 3\n", "# safe: it is\n# hazard: drop-table at line 3\n"]
)
def test_a_case_whose_head_says_too_little_or_too_much_is_refused(
    head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hazards").mkdir()
    (tmp_path / "hazards" / "case.py").write_text(f'{head}down_revision = "{lint_corpus.FIRST}"\n')
    monkeypatch.setattr(lint_corpus, "CASES", tmp_path)
    with pytest.raises(ValueError, match="its head"):
        lint_corpus.cases()


def test_what_is_said_of_another_file_or_of_the_downgrade_does_not_count() -> None:
    case = NAMES["index_operation"]
    path = f"migrations/versions/{case.name}.py"
    assert lint.concerns(Report("index", path, case.line), case)
    assert lint.concerns(Report("index"), case)
    assert not lint.concerns(Report("index", path, case.upgrade.stop), case)
    assert not lint.concerns(Report("index", "migrations/versions/0001_shop.py", case.line), case)


SAID = {
    "safemigrate lint": {
        "findings": [
            {"rule": "index-not-concurrent", "file": "a.py", "line": 20, "severity": "error"},
            {"rule": "not-analysed", "file": "a.py", "line": None, "severity": "warning"},
            {"rule": "trigger-lock", "file": "a.py", "line": 21, "severity": "info"},
        ]
    },
    "alembic | squawk": [{"file": "stdin", "line": 3, "rule_name": "require-concurrent-index-creation"}],
    "zdm": {"diagnostics": [{"rule_id": "R001", "rule_name": "non-concurrent-add-index", "path": "a.py", "line": 20}]},
    "alembic-guard": [{"path": "a.py", "line": 20, "rule": "AG002", "name": "index-not-concurrent"}],
}
LOCKCHECK = """
a.py
    20  LC002  CREATE INDEX without CONCURRENTLY blocks writes for the whole build
            The table takes a SHARE lock until the index finishes, so every write waits
            -- minutes on a large table.

    24  LC007  adding a unique constraint builds its index under a lock
            20 rows are 20 rows.

2 problems found.
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("safemigrate lint", [Report("index-not-concurrent", "a.py", 20), Report("not-analysed", "a.py", 0)]),
        ("alembic | squawk", [Report("require-concurrent-index-creation")]),
        ("zdm", [Report("non-concurrent-add-index", "a.py", 20)]),
        ("alembic-guard", [Report("index-not-concurrent", "a.py", 20)]),
        ("lockcheck", [Report("LC002", "a.py", 20), Report("LC007", "a.py", 24)]),
    ],
)
def test_what_each_tool_writes_is_understood(name: str, expected: list[Report]) -> None:
    tool = next(tool for tool in lint_tools.TOOLS if tool.name == name)
    assert tool.read(json.dumps(SAID[name]) if name in SAID else LOCKCHECK) == expected


def test_the_stages_of_a_tool_are_a_pipe_and_the_first_that_fails_is_told(tmp_path: Path) -> None:
    def python(source: str) -> list[str]:
        return [sys.executable, "-c", source]

    shout = python("import sys; print(sys.stdin.read().upper(), end=''); sys.exit(1)")
    said, seconds, failed = lint_tools.run([python("print('drop')"), shout], tmp_path)
    assert (said, failed) == ("DROP\n", "")
    assert seconds > 0
    said, _, failed = lint_tools.run(
        [python("print('drop', flush=True); raise SystemExit('no rows')"), shout], tmp_path
    )
    assert (said, failed) == ("DROP\n", "no rows")
    assert lint_tools.run([python("raise SystemExit(2)")], tmp_path)[2] == "exit code 2"


def test_the_pipe_writes_the_sql_of_what_is_new_alone(tmp_path: Path) -> None:
    project = lint_corpus.project(NAMES["unique_using_index"], tmp_path / "shop")
    said, _, failed = lint_tools.run([lint_tools.upgrade_as_sql(project)], project.folder)
    assert not failed
    assert "UNIQUE USING INDEX ux_warehouses_name" in said
    assert "CREATE UNIQUE INDEX" not in said


def test_without_rows_alembic_writes_the_whole_history_as_sql(tmp_path: Path) -> None:
    whole = lint.repeated(tmp_path / "whole", 1, rows=False)
    said, _, failed = lint_tools.run([lint_tools.upgrade_as_sql(whole)], whole.folder)
    assert not failed
    assert "ix_images_created_at" in said
    rows = lint.repeated(tmp_path / "rows", 1, rows=True)
    reader = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    assert "NoInspectionAvailable" in lint_tools.run([lint_tools.upgrade_as_sql(rows), reader], rows.folder)[2]


def test_what_a_tool_keeps_stays_in_the_project_and_goes_before_a_first_time(tmp_path: Path) -> None:
    source = (
        "import os, pathlib; kept = pathlib.Path(os.environ['XDG_CACHE_HOME']) / 'kept'; print(kept.exists() * 1); "
        "kept.parent.mkdir(exist_ok=True); kept.touch()"
    )
    tool = Tool("kept", "kept", lambda _: [], lambda said: [Report("kept")] * int(said))
    project = Project(tmp_path, Path("alembic.ini"), (), "", "head")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lint_tools, "PYTHON", (sys.executable, "-c", source))
        again = lint.measure("job", project, [tool], 1, again=True)
        first = lint.measure("job", project, [tool], 1, again=False)
    assert [timing.reports for timing in again] == [1, 0]
    assert [timing.reports for timing in first] == [0, 0]


def test_the_changed_file_is_the_newest_revision(tmp_path: Path) -> None:
    project = lint.changed(tmp_path / "short", 1)
    said, _, failed = lint_tools.run([lint_tools.upgrade_as_sql(project)], project.folder)
    assert not failed
    assert "CREATE INDEX ix_accounts_plan ON public_1.accounts (plan)" in said


def _report(ours: tuple[str, ...], theirs: tuple[str, ...]) -> dict[str, Any]:
    """What follows when both tools report something about the named ones of three cases, and take 0.5 and 1 s."""
    cases = [NAMES[name] for name in ("index_operation", "index_loop", "constant_default")]
    tools = {lint_report.OURS: ours, lint_report.PIPE: theirs}
    verdicts = [
        Verdict(tool, case.name, ("a-rule",) if case.name in named else (), "")
        for tool, named in tools.items()
        for case in cases
    ]
    seconds = {lint_report.OURS: 0.5, lint_report.PIPE: 1.0, lint_report.START: 0.4}
    timings = [
        Timing(job, tool, (took, took), 1, "")
        for job in ("1,020 revisions", "one file")
        for tool, took in seconds.items()
    ]
    return lint_report.as_json(cases, verdicts, timings, {"zdm": "no network"}, dict.fromkeys(tools, "1.0"))


def test_every_aim_is_reached_by_who_finds_everything_in_time() -> None:
    report = _report(("index_operation", "index_loop"), ("index_loop",))
    assert [goal["claim"] for goal in report["goals"] if not goal["reached"]] == []
    assert report["named"] == 0
    assert report["ways"]["operation"] == report["ways"]["loop or helper"] == 1
    assert "1.25 ×" in lint_report.text(report)


def test_a_hazard_that_only_another_tool_finds_and_a_false_alarm_are_missed_aims() -> None:
    report = _report(("index_operation", "constant_default"), ("index_loop",))
    missed = {goal["claim"]: goal["measured"] for goal in report["goals"] if not goal["reached"]}
    assert missed == {
        "at least 95 % of the hazards": "50.0%",
        "every hazard that another tool finds": "1 missed",
        "no false alarm": "1",
    }
    assert "MISSED" in lint_report.text(report)


def test_what_could_not_be_installed_is_named() -> None:
    report = _report((), ())
    assert "zdm: not here: no network" in lint_report.text(report)
    assert "zdm could not be installed: no network." in record.lint(report)


def test_the_table_of_the_page_has_a_column_for_each_tool() -> None:
    table = record.lint(_report(("index_operation",), ()))
    assert table.splitlines()[0] == "| | safemigrate lint 1.0 | alembic to squawk 1.0 |"
    assert "| **hazards found**, of 2 | 1 | 0 |" in table
    assert "| one file | 0.50 s | 1.00 s |" in table
