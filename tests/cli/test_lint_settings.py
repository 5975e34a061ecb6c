"""What is configured reaches the rules: a rule of the project says what it was told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from safemigrate.lint.sift import statistics
from tests.fix_project import Project

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"

TELLS = '''"""tells: what a rule is told of the configuration."""

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Situation, forms


def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
    yield Found(f"{at.version} {at.runner} {','.join(sorted(at.hot))}")
'''


@pytest.fixture
def project(project: Project) -> Project:
    (project.folder / "tells.py").write_text(TELLS)
    project.write(
        "pyproject.toml", '[tool.safemigrate.lint]\nignore = ["all"]\nselect = ["tells"]\nrules = ["tells.py"]\n'
    )
    project.revision("op.create_table('t', sa.Column('id', sa.Integer))")
    project.revision("op.create_index('ix', 't', ['id'])")
    return project


def told(project: Project, *flags: str) -> Any:
    ended = project.safemigrate(NOWHERE, "lint", "--json", "head", *flags)
    assert ended.code == 1, ended.text
    (found,) = json.loads(ended.out)["findings"]
    return found["message"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "14 alembic "),
        (("--pg-version", "17"), "17 alembic "),
        (("--runner", "safemigrate"), "14 safemigrate "),
        (("--hot-tables", "t, u"), "14 alembic t,u"),
    ],
)
def test_a_rule_knows_the_version_the_runner_and_the_hot_tables(
    project: Project, flags: tuple[str, ...], said: str
) -> None:
    assert told(project, *flags) == said


def test_the_version_is_that_of_the_statistics_unless_one_is_set(project: Project) -> None:
    (project.folder / "sizes.json").write_text(statistics.as_text([], "16.4", 160004, ""))
    assert told(project, "--statistics", "sizes.json") == "16 alembic "
    assert told(project, "--statistics", "sizes.json", "--pg-version", "15") == "15 alembic "
