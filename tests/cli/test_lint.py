"""``safemigrate lint``: what may be asked, what is written where, and with which code it ends."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pytest

from safemigrate.config.lint import Format
from tests.fix_project import Ended, Project

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
"""Lint asks no database: there is none."""

RULES = "index-not-concurrent, drop-index-not-concurrent, not-analysed"


@pytest.fixture
def project(project: Project) -> Project:
    """r1 makes a table, r2 and r3 build indexes on it; few rules are on."""
    project.environment |= {"SAFEMIGRATE_LINT_IGNORE": "all", "SAFEMIGRATE_LINT_SELECT": RULES, "GITHUB_ACTIONS": ""}
    project.revision("op.create_table('orders', sa.Column('id', sa.Integer), sa.Column('note', sa.Text))")
    project.revision("op.create_index('ix_id', 'orders', ['id'])", "op.drop_index('ix_id', 'orders')")
    project.revision("op.create_index('ix_note', 'orders', ['note'])")
    return project


def lint(project: Project, *arguments: str) -> Ended:
    return project.safemigrate(NOWHERE, "lint", *arguments)


def document(project: Project, *arguments: str) -> Any:
    ended = lint(project, "--json", *arguments)
    assert ended.code in (0, 1), ended.text
    return json.loads(ended.out)


def found(project: Project, *arguments: str) -> list[tuple[str, str]]:
    """The rule and the revision of each finding."""
    return [(each["rule"], each["revision"]) for each in document(project, *arguments)["findings"]]


# -- what is checked


def test_without_arguments_every_revision_is_checked_by_itself(project: Project) -> None:
    assert found(project) == [("index-not-concurrent", "r2"), ("index-not-concurrent", "r3")]
    assert document(project)["summary"]["checked"] == 3


@pytest.mark.parametrize(
    ("words", "revisions"),
    [
        ("r1:", ["r2", "r3"]),
        ("r2:", ["r3"]),
        ("r1:r2", ["r2"]),
        ("r1:head", ["r2", "r3"]),
        ("r1:+1", ["r2"]),
        ("head-1:head", ["r3"]),
        ("head", ["r3"]),
        ("heads", ["r3"]),
        ("head-1", ["r2"]),
        ("r3:r1", []),
        (":", []),
        ("base:heads", []),
    ],
)
def test_a_range_is_what_comes_after_its_beginning_together(project: Project, words: str, revisions: list[str]) -> None:
    assert found(project, words) == [("index-not-concurrent", revision) for revision in revisions]


def test_a_range_is_one_deploy_where_a_new_table_is_nobodys(project: Project) -> None:
    assert document(project, ":")["summary"]["checked"] == 3
    assert found(project, ":") == []


@pytest.mark.parametrize("words", ["r9", "r1:r9", "r9:", "r1:+9", "base", "head-9"])
def test_a_revision_that_is_not_there_is_bad_input(project: Project, words: str) -> None:
    ended = lint(project, words)
    assert (ended.code, ended.out) == (2, "")
    assert "nothing was checked" in ended.err


def test_a_misspelt_revision_gets_a_guess(project: Project) -> None:
    project.revision(name="add_orders_note")
    assert "did you mean add_orders_note?" in lint(project, "add_order_note").err


def test_two_ranges_are_bad_input(project: Project) -> None:
    assert lint(project, "r1", "r2").code == 2


def test_files_are_checked_together_and_what_is_no_revision_is_told(project: Project) -> None:
    (project.folder / "models.py").write_text("x = 1")
    files = ("scripts/versions/r2.py", "scripts/env.py", "scripts/script.py.mako", "models.py")
    ended = lint(project, "--json", *files)
    assert [each["revision"] for each in json.loads(ended.out)["findings"]] == ["r2"]
    assert ended.err == "models.py is no revision of this project: not checked\n"


def test_a_folder_is_the_revisions_in_it(project: Project) -> None:
    assert document(project, "scripts/versions")["summary"]["checked"] == 3


def test_a_file_that_is_not_there_is_bad_input(project: Project) -> None:
    ended = lint(project, "scripts/versions/r4.py")
    assert ended.code == 2
    assert 'no such file: "scripts/versions/r4.py"' in ended.err


def test_downgrade_is_checked_where_that_is_asked(project: Project) -> None:
    assert ("drop-index-not-concurrent", "r2") not in found(project)
    assert ("drop-index-not-concurrent", "r2") in found(project, "--downgrade")


def test_no_exec_runs_nothing_of_the_project(project: Project) -> None:
    proof = project.folder / "ran"
    write = f"import pathlib\npathlib.Path({str(proof)!r}).touch()\n"
    project.env(write + "raise SystemExit(1)")
    project.revision("op.create_index('ix_two', 'orders', ['id', 'note'])", head=write)
    rules = found(project, "--no-exec", "head")
    assert ("index-not-concurrent", "r4") in rules
    assert not proof.exists()
    found(project, "head")
    assert proof.exists()


def test_no_exec_runs_neither_rules_of_the_project_nor_what_its_configuration_would_import(project: Project) -> None:
    proof = project.folder / "ran"
    touch = f"import pathlib\npathlib.Path({str(proof)!r}).touch()\n"
    (project.folder / "shop").mkdir()
    (project.folder / "scripts").rename(project.folder / "shop" / "scripts")
    for name in ("shop/__init__.py", "no_orders.py", "tomllib.py", "postgast.py", "shop/scripts/env.py"):
        (project.folder / name).write_text(touch)
    project.write(
        "alembic.ini",
        """
        [alembic]
        script_location = shop:scripts
        version_locations = shop:scripts/versions
        prepend_sys_path = .
        path_separator = newline
        [safemigrate:lint]
        rules = no_orders.py
        per_path = x = no-orders
        """,
    )
    project.environment["SAFEMIGRATE_LINT_SELECT"] = f"{RULES}, no-orders"
    path = list(sys.path)
    ended = lint(project, "--json", "--no-exec")
    assert ended.code == 1, ended.text
    assert [each["revision"] for each in json.loads(ended.out)["findings"] if "index" in each["rule"]] == ["r2", "r3"]
    assert ended.err == "rules of the project are not run: no-orders\n"
    assert sys.path == path
    assert not proof.exists()
    lint(project)
    assert proof.exists()


# -- exit codes


def test_exit_codes_follow_the_severity(project: Project) -> None:
    assert lint(project).code == 1
    assert lint(project, "r1").code == 0
    assert lint(project, "--exit-zero").code == 0
    assert lint(project, "--fail-on", "never").code == 0
    warning = ("--severity", "index-not-concurrent = warning")
    assert lint(project, *warning).code == 1
    assert lint(project, *warning, "--fail-on", "error").code == 0
    info = ("--severity", "index-not-concurrent = info")
    assert lint(project, *info).code == 0
    assert lint(project, *info, "--fail-on", "info").code == 1


@pytest.mark.parametrize("flag", ["--select", "--ignore", "--severity", "--per-path"])
def test_a_rule_that_is_not_there_is_bad_input_with_a_guess(project: Project, flag: str) -> None:
    value = {"--severity": "index-not-concurent=info", "--per-path": "*=index-not-concurent"}
    ended = lint(project, flag, value.get(flag, "index-not-concurent"))
    assert (ended.code, ended.out) == (2, "")
    assert 'unknown rule "index-not-concurent"' in ended.err
    assert f"{flag.removeprefix('--').replace('-', '_')}: {flag}" in ended.err
    assert "did you mean index-not-concurrent?" in ended.err


def test_an_error_is_json_where_the_findings_would_have_been(project: Project) -> None:
    ended = lint(project, "--format", "json", "r9")
    assert json.loads(ended.out)["error"] == "bad_input"
    assert ended.err == ""


# -- what is shown, and where


def test_text_shows_the_lines_what_to_write_instead_and_the_sums(project: Project) -> None:
    ended = lint(project, "head")
    assert ended.out.startswith(
        "error[index-not-concurrent]: index ix_note blocks writes to orders while it is built\n"
    )
    assert "--> scripts/versions/r3.py:13:5\n" in ended.out
    assert "\nchecked 1 revision: 1 error\n" in ended.out
    assert "\x1b" not in ended.out
    assert ended.err == ""


def test_lines_are_counted_as_python_counts_them(project: Project) -> None:
    head = 'A = "\u2028 \x85 \x1c \x0c"'
    path = project.revision("op.create_index('ix_here', 'orders', ['id'])", head=head)
    (found,) = document(project, "head")["findings"]
    assert "ix_here" in path.read_text().split("\n")[found["line"] - 1]
    assert found["column"] == 5
    assert "|     op.create_index('ix_here', 'orders', ['id'])\n" in lint(project, "head").out.replace(" |  ", "|  ")


def test_colour_can_be_forced_and_forbidden(project: Project) -> None:
    project.environment["FORCE_COLOR"] = "1"
    assert "\x1b[" in lint(project, "head").out
    project.environment["NO_COLOR"] = "1"
    assert "\x1b[" not in lint(project, "head").out


@pytest.mark.parametrize("format", ["text", "json", "github", "gitlab", "sarif", "markdown", "junit"])
def test_every_format_ends_with_one_line_break_in_a_file_and_on_standard_output(
    project: Project, format: Format
) -> None:
    said = lint(project, "--format", format).out
    assert said.endswith("\n")
    assert not said.endswith("\n\n")
    ended = lint(project, "--format", format, "--output-file", "report")
    assert ended.out == ""
    assert (project.folder / "report").read_text() == said


def test_a_report_that_cannot_be_written_is_bad_input(project: Project) -> None:
    assert lint(project, "--output-file", "no/such/folder").code == 2


def test_annotations_follow_the_text_under_github_actions(project: Project) -> None:
    project.environment["GITHUB_ACTIONS"] = "true"
    ended = lint(project, "head")
    assert ended.out.startswith("error[index-not-concurrent]")
    assert ended.out.splitlines()[-1].startswith("::error file=scripts/versions/r3.py,line=13,")


def test_annotations_are_on_standard_output_where_the_text_is_in_a_file(project: Project) -> None:
    project.environment["GITHUB_ACTIONS"] = "true"
    ended = lint(project, "head", "--output-file", "report")
    assert ended.out.startswith("::error ")
    assert "::error" not in (project.folder / "report").read_text()


@pytest.mark.parametrize("format", ["json", "gitlab", "sarif", "markdown", "junit"])
def test_annotations_are_never_mixed_with_another_format(project: Project, format: str) -> None:
    project.environment["GITHUB_ACTIONS"] = "true"
    assert "::error" not in lint(project, "--format", format).out


def test_nothing_found_is_no_line_of_annotations(project: Project) -> None:
    project.environment["GITHUB_ACTIONS"] = "true"
    assert lint(project, "r1").out == "checked 1 revision: nothing found\n"
    assert lint(project, "r1", "--format", "github").out == ""


@pytest.mark.parametrize("format", ["github", "gitlab", "sarif"])
def test_ci_systems_get_paths_from_the_root_of_the_repository(project: Project, format: str) -> None:
    (project.folder.parent / ".git").mkdir()
    assert f"{project.folder.name}/scripts/versions/r3.py" in lint(project, "--format", format, "head").out
    assert f"{project.folder.name}/scripts" not in lint(project, "--format", "text", "head").out


# -- the manual


def test_explain_prints_the_manual_of_a_rule(project: Project) -> None:
    shown = lint(project, "--explain", "index-not-concurrent").well().out
    assert shown.startswith("index-not-concurrent: CREATE INDEX without CONCURRENTLY")
    assert all(part in shown for part in ("\nWhy ", "\nBad ", "\nInstead ", "\nerror, on by default\n"))


def test_explain_all_lists_every_rule_with_severity_and_default(project: Project) -> None:
    lines = lint(project, "--explain", "all").well().out.splitlines()
    assert all(re.match(r"[a-z-]+ +(error  |warning|info   )  (on |off)  \S", line) for line in lines)
    assert lines == sorted(lines)
    assert {"index-not-concurrent", "unused-ignore"} <= {line.split()[0] for line in lines}


def test_explain_of_a_misspelt_rule_has_a_guess(project: Project) -> None:
    ended = lint(project, "--explain", "index-not-concurent")
    assert ended.code == 2
    assert "did you mean index-not-concurrent?" in ended.err


# -- the configuration


def test_settings_come_from_every_source_and_the_stronger_one_wins(project: Project) -> None:
    project.environment.clear()
    project.write("pyproject.toml", '[tool.safemigrate.lint]\nignore = ["all"]\nselect = ["not-analysed"]\n')
    assert found(project) == []
    ini = (project.folder / "alembic.ini").read_text()
    project.write("alembic.ini", ini + "\n[safemigrate:lint]\nselect = index-not-concurrent\n")
    assert found(project) == [("index-not-concurrent", "r2"), ("index-not-concurrent", "r3")]
    project.environment["SAFEMIGRATE_LINT_SELECT"] = "not-analysed"
    assert found(project) == []
    assert len(found(project, "--select", "index-not-concurrent")) == 2


def test_a_key_that_is_not_there_is_bad_input_with_its_place_and_a_guess(project: Project) -> None:
    project.write("pyproject.toml", "[tool.safemigrate.lint]\npg_verson = 15\n")
    ended = lint(project)
    assert ended.code == 2
    assert 'unknown setting "pg_verson"' in ended.err
    assert "pyproject.toml [tool.safemigrate.lint]" in ended.err
    assert "did you mean pg_version?" in ended.err


def test_settings_of_lint_are_no_matter_to_the_other_verbs(project: Project) -> None:
    project.write("pyproject.toml", '[tool.safemigrate.lint]\nper_path = { "a/*" = ["not-analysed"] }\n')
    project.environment["SAFEMIGRATE_LINT_PG_VERSION"] = "15"
    assert "could not connect" in project.safemigrate(NOWHERE, "status").err


def test_rules_can_be_off_for_some_paths(project: Project) -> None:
    text = (
        '[tool.safemigrate.lint.per_path]\n"versions/r2*" = ["index-not-concurrent"]\n"./scripts/*/r3.py" = ["all"]\n'
    )
    project.write("pyproject.toml", text)
    assert found(project) == []
    project.write("pyproject.toml", '[tool.safemigrate.lint.per_path]\n"r2.py" = ["index-not-concurrent"]\n')
    assert found(project) == [("index-not-concurrent", "r3")]


def test_rules_of_the_project_are_found_beside_its_configuration(project: Project) -> None:
    project.write("pyproject.toml", '[tool.safemigrate.lint]\nrules = ["checks/no_orders.py"]\n')
    (project.folder / "checks").mkdir()
    project.write(
        "checks/no_orders.py",
        '''
        """no-orders: an index on orders."""

        from collections.abc import Iterator

        from safemigrate.lint.rule import Found, Situation, forms


        def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
            yield Found(f"{form.name} is one more")
        '''.lstrip("\n"),
    )
    project.environment["SAFEMIGRATE_LINT_SELECT"] = "no-orders"
    assert found(project) == [("no-orders", "r2"), ("no-orders", "r3")]


# -- what is left out


def test_small_tables_are_left_out_where_the_time_grows_with_them(project: Project) -> None:
    summary = document(project, "--small-tables", "public.orders")["summary"]
    assert (summary["found"], summary["small"]) == (0, 2)
    assert document(project, "--small-tables", "other.orders")["summary"]["small"] == 0


def test_under_safemigrate_what_it_makes_safe_is_left_out(project: Project) -> None:
    summary = document(project, "--runner", "safemigrate")["summary"]
    assert (summary["found"], summary["handled"]) == (0, 2)


def test_a_statement_that_is_to_run_as_written_is_not_made_safe(project: Project) -> None:
    project.revision("# safemigrate: as-written it is small\nop.create_index('ix_a', 'orders', ['id'])")
    project.revision("op.create_index('ix_b', 'orders', ['id'])", head='safemigrate_options = {"as_written": True}')
    project.revision("op.create_index('ix_c', 'orders', ['id'])", head='safemigrate_options = {"mode": "whole"}')
    expected = [("index-not-concurrent", name) for name in ("r4", "r5", "r6")]
    assert found(project, "--runner", "safemigrate") == expected
    assert {each["handled"] for each in document(project, "r3:")["findings"]} == {False}


def test_settings_of_the_run_that_keep_statements_as_written_keep_their_findings(project: Project) -> None:
    project.environment["SAFEMIGRATE_NEVER_SPLIT"] = "orders"
    assert len(found(project, "--runner", "safemigrate")) == 2
    del project.environment["SAFEMIGRATE_NEVER_SPLIT"]
    project.environment["SAFEMIGRATE_AS_WRITTEN"] = "true"
    assert len(found(project, "--runner", "safemigrate")) == 2


# -- the baseline


def test_what_is_in_the_baseline_is_not_shown_and_what_is_new_is(project: Project) -> None:
    lint(project, "--baseline", "known.json", "--update-baseline").well()
    summary = document(project, "--baseline", "known.json")["summary"]
    assert (summary["found"], summary["known"]) == (0, 2)
    project.revision("op.create_index('ix_both', 'orders', ['id', 'note'])")
    assert found(project, "--baseline", "known.json") == [("index-not-concurrent", "r4")]


def test_an_entry_that_is_not_found_any_more_is_told_and_pruned(project: Project) -> None:
    lint(project, "--baseline", "known.json", "--update-baseline").well()
    path = project.folder / "scripts" / "versions" / "r3.py"
    path.write_text(path.read_text().replace("op.create_index('ix_note', 'orders', ['note'])", "pass"))
    ended = lint(project, "--baseline", "known.json").well()
    assert "info[stale-baseline]: not found any more: index-not-concurrent: index ix_note blocks" in ended.out
    assert found(project, "--baseline", "known.json", "r1:r2") == []
    lint(project, "--baseline", "known.json", "--update-baseline").well()
    assert found(project, "--baseline", "known.json") == []
    assert [each["revision"] for each in json.loads((project.folder / "known.json").read_text())["findings"]] == ["r2"]


def test_updating_with_a_part_of_the_revisions_keeps_what_was_not_looked_at(project: Project) -> None:
    lint(project, "--baseline", "known.json", "--update-baseline").well()
    before = (project.folder / "known.json").read_text()
    lint(project, "--baseline", "known.json", "--update-baseline", "head").well()
    assert (project.folder / "known.json").read_text() == before


def test_a_baseline_with_downgrades_is_not_stale_without_them(project: Project) -> None:
    lint(project, "--baseline", "known.json", "--update-baseline", "--downgrade").well()
    assert found(project, "--baseline", "known.json") == []


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2}', '{"version": 1, "findings": 3}', '{"version": 1, "findings": [{}]}']
)
def test_a_baseline_that_cannot_be_read_is_bad_input(project: Project, text: str) -> None:
    (project.folder / "known.json").write_text(text)
    assert lint(project, "--baseline", "known.json").code == 2
    assert (project.folder / "known.json").read_text() == text


def test_a_baseline_that_is_not_there_is_bad_input(project: Project) -> None:
    assert lint(project, "--baseline", "known.json").code == 2
    assert lint(project, "--update-baseline").code == 2
