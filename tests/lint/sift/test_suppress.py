"""Ignore comments: where they count, what they keep out, and what is said of those that keep out nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.capture.comments import Comments
from safemigrate.statement import Ignore, Marks, marks
from tests.fix_project import Project

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture
def project(project: Project) -> Project:
    rules = "index-not-concurrent, drop-index-not-concurrent, not-analysed"
    project.environment |= {"SAFEMIGRATE_LINT_IGNORE": "all", "SAFEMIGRATE_LINT_SELECT": rules, "GITHUB_ACTIONS": ""}
    project.revision("op.create_table('t', sa.Column('id', sa.Integer))")
    return project


def document(project: Project, upgrade: str, *arguments: str, downgrade: str = "pass", head: str = "") -> Any:
    project.revision(upgrade, downgrade, head=head)
    ended = project.safemigrate(NOWHERE, "lint", "--json", "head", *arguments)
    assert ended.code in (0, 1), ended.text
    return json.loads(ended.out)


def found(project: Project, upgrade: str, *arguments: str, downgrade: str = "pass", head: str = "") -> list[str]:
    return [each["rule"] for each in document(project, upgrade, *arguments, downgrade=downgrade, head=head)["findings"]]


INDEX = "op.create_index('ix', 't', ['id'])"
IGNORE = "# safemigrate: ignore[index-not-concurrent] it is small"


# -- where a comment counts


@pytest.mark.parametrize(
    "upgrade",
    [
        f"{INDEX}  {IGNORE}",
        f"{IGNORE}\n{INDEX}",
        f"{IGNORE}\n# and more words\n{INDEX}",
        f"op.create_index(\n    'ix',\n    't',  {IGNORE}\n    ['id'],\n)",
        f"for name in ['a', 'b']:\n    {IGNORE}\n    op.create_index(f'ix_{{name}}', 't', ['id'])",
        f"with op.batch_alter_table('t') as batch:\n    batch.create_index('ix', ['id'])  {IGNORE}",
        "op.execute('CREATE INDEX ix ON t (id) -- safemigrate: ignore[index-not-concurrent] it is small')",
        "op.execute('''\n-- safemigrate: ignore[index-not-concurrent] it is small\nCREATE INDEX ix ON t (id)''')",
        "op.execute('/* safemigrate: ignore[index-not-concurrent] it is small */ CREATE INDEX ix ON t (id)')",
        f"{INDEX}  # safemigrate: ignore[all] it is small",
        f"{INDEX}  # safemigrate: ignore[drop-table, index-not-concurrent] it is small",
        f"{INDEX}  #safemigrate:ignore[ index-not-concurrent ]",
    ],
)
def test_a_comment_counts_for_the_statement_it_stands_on_or_above(project: Project, upgrade: str) -> None:
    document_ = document(project, upgrade)
    assert document_["findings"] == []
    assert document_["summary"]["ignored"] >= 1


def test_a_comment_in_sql_counts_for_its_statement_alone(project: Project) -> None:
    sql = "CREATE INDEX a ON t (id); -- safemigrate: ignore[index-not-concurrent] small\nCREATE INDEX b ON t (id);"
    (left,) = document(project, f'op.execute("""{sql}""")')["findings"]
    assert left["message"].startswith("index b ")


@pytest.mark.parametrize("upgrade", [f"{IGNORE}\n\n{INDEX}", f"{IGNORE}\npass\n{INDEX}", f"{INDEX}\n{IGNORE}"])
def test_a_comment_elsewhere_does_not_count_and_is_told(project: Project, upgrade: str) -> None:
    assert sorted(found(project, upgrade)) == ["index-not-concurrent", "unused-ignore"]


def test_a_comment_for_the_file_counts_everywhere_in_it(project: Project) -> None:
    ignore = "# safemigrate: ignore-file[index-not-concurrent] a table of nobody's"
    assert found(project, f"{INDEX}\nop.create_index('ix_2', 't', ['id'])", head=ignore) == []
    assert found(project, INDEX) == ["index-not-concurrent"]


def test_a_comment_for_the_file_keeps_out_what_has_no_line(project: Project) -> None:
    ignore = "# safemigrate: ignore-file[not-analysed] seen by eye"
    assert found(project, "op.get_bind().execute(sa.text('SELECT 1')).scalar_one()\nraise KeyError", head=ignore) == []


def test_a_comment_in_env_py_counts_for_what_is_found_there(project: Project) -> None:
    project.environment["SAFEMIGRATE_LINT_SELECT"] = "one-transaction-for-all"
    project.revision()
    project.revision()
    ended = project.safemigrate(NOWHERE, "lint", "--json", ":")
    assert [each["file"] for each in json.loads(ended.out)["findings"]] == ["scripts/env.py"]
    env = project.folder / "scripts" / "env.py"
    env.write_text(f"# safemigrate: ignore-file[one-transaction-for-all] we deploy one at a time\n{env.read_text()}")
    ended = project.safemigrate(NOWHERE, "lint", "--json", ":")
    assert json.loads(ended.out)["summary"]["ignored"] == 1
    assert json.loads(ended.out)["findings"] == []


def test_only_the_rules_that_are_named_are_ignored(project: Project) -> None:
    (left,) = document(project, f"{INDEX}  # safemigrate: ignore[not-analysed] seen")["findings"][:1]
    assert left["rule"] == "index-not-concurrent"


# -- what is said about comments


def test_a_comment_that_ignores_nothing_is_told_with_its_line(project: Project) -> None:
    (told,) = document(project, f"{IGNORE}\npass")["findings"]
    assert (told["rule"], told["severity"]) == ("unused-ignore", "warning")
    assert told["message"] == "no index-not-concurrent is found here: this ignore is not needed"
    lines = (project.folder / "scripts/versions/r2.py").read_text().splitlines()
    assert IGNORE in lines[told["line"] - 1]


def test_of_several_rules_those_that_ignore_nothing_are_told(project: Project) -> None:
    upgrade = f"{INDEX}  # safemigrate: ignore[index-not-concurrent, drop-index-not-concurrent] small"
    (told,) = document(project, upgrade)["findings"]
    assert told["message"] == "no drop-index-not-concurrent is found here: this ignore is not needed"


def test_nothing_is_said_of_rules_that_are_off(project: Project) -> None:
    assert found(project, "pass  # safemigrate: ignore[drop-table] the next release needs it") == []


def test_nothing_is_said_of_a_direction_that_was_not_checked(project: Project) -> None:
    downgrade = "op.execute('SELECT 1')  # safemigrate: ignore[drop-index-not-concurrent] small"
    assert found(project, "pass", downgrade=downgrade) == []
    assert found(project, "pass", "--downgrade", downgrade=downgrade) == ["unused-ignore"]


def test_nothing_is_said_where_not_all_was_seen(project: Project) -> None:
    assert found(project, f"{IGNORE}\nop.execute('SELECT 1')\nraise KeyError('unknown')") == ["not-analysed"]


def test_a_rule_that_is_not_there_is_told_with_a_guess(project: Project) -> None:
    upgrade = f"{INDEX}  # safemigrate: ignore[index_not_concurrent] small"
    told = document(project, upgrade)["findings"]
    assert [each["rule"] for each in told] == ["index-not-concurrent", "unknown-ignore"]
    assert told[1]["message"] == 'there is no rule "index_not_concurrent": did you mean index-not-concurrent?'


@pytest.mark.parametrize(
    "comment", ["ignore", "ignore it is small", "ignore[] small", "ignore[ , ] small", "ignore-file"]
)
def test_an_ignore_that_names_no_rule_ignores_nothing_and_is_told(project: Project, comment: str) -> None:
    assert found(project, f"{INDEX}  # safemigrate: {comment}") == ["index-not-concurrent", "unknown-ignore"]


@pytest.mark.parametrize(
    "comment", ["ignored[drop-table] x", "ignore[drop-table x", "ignore-files[drop-table]", "skip"]
)
def test_a_comment_that_is_no_mark_is_told(project: Project, comment: str) -> None:
    assert found(project, f"pass  # safemigrate: {comment}") == ["unknown-mark"]
    assert found(project, f"op.execute('SELECT 1 -- safemigrate: {comment}')") == ["unknown-mark"]


def test_a_comment_without_a_reason_is_reported_where_one_is_required(project: Project) -> None:
    bare = f"{INDEX}  # safemigrate: ignore[index-not-concurrent]"
    assert found(project, bare) == []
    assert found(project, bare, "--require-reason") == ["index-not-concurrent", "ignore-without-reason"]
    assert found(project, f"{INDEX}  {IGNORE}", "--require-reason") == []


def test_what_is_said_about_comments_can_be_turned_off(project: Project) -> None:
    assert found(project, f"{IGNORE}\npass", "--ignore", "unused-ignore") == []
    assert found(project, f"{IGNORE}\npass", "--severity", "unused-ignore = info") == ["unused-ignore"]


def test_upgrade_and_plan_take_an_ignore_for_what_it_is(project: Project) -> None:
    assert marks.of_comment("# safemigrate: ignore[drop-table] nobody reads it", 7) == Marks(
        ignores=(Ignore(("drop-table",), "nobody reads it", line=7),)
    )
    assert Comments("r2.py", "x = 1  # safemigrate: ignore[drop-table]\n").unknown == []


# -- whatever is written


names = st.text(st.characters(blacklist_characters="],\n\r", blacklist_categories=["Cs", "Z", "C"]), min_size=1)


@given(st.lists(names, min_size=1, max_size=4), st.text(st.characters(codec="ascii", categories=["L", "N"])))
def test_the_rules_and_the_reason_are_read_back(rules: list[str], reason: str) -> None:
    said = marks.of_comment(f"# safemigrate: ignore[{', '.join(rules)}] {reason}")
    assert isinstance(said, Marks)
    assert said.ignores == (Ignore(tuple(rules), reason),)


@given(st.text())
def test_whatever_stands_in_a_comment_is_a_mark_unknown_or_nothing(text: str) -> None:
    for comment in (
        f"# {text}",
        f"# safemigrate: {text}",
        f"# safemigrate: ignore{text}",
        f"--safemigrate:ignore[{text}",
    ):
        said = marks.of_comment(comment)
        assert said is None or isinstance(said, (Marks, marks.Unknown))


@given(st.text(), st.integers(0, 50))
def test_whatever_stands_in_a_file_has_comments_or_none(text: str, line: int) -> None:
    for source in (text, f"# safemigrate: ignore[x]\n{text}", f"{text}  # safemigrate: ignore[x] y"):
        assert isinstance(Comments("r1.py", source).at(line), Marks)
