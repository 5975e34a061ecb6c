"""The page about rules of one's own: its example is a rule, and what it promises holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from safemigrate import errors
from safemigrate.lint import registry, rule
from safemigrate.lint.rule import Situation
from tests import fix_golden
from tests.fix_project import Project

PAGE = (fix_golden.ROOT / "docs/howto/own-rules.md").read_text(encoding="utf-8")
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


def example() -> str:
    found = re.search(r"<!-- example: no_floats.py -->\n```python\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def project(project: Project) -> Project:
    (project.folder / "rules").mkdir()
    (project.folder / "rules" / "no_floats.py").write_text(example())
    (project.folder / "rules" / "_shared.py").write_text("no rule")
    project.write("pyproject.toml", '[tool.safemigrate.lint]\nrules = ["rules"]\n')
    project.revision("op.create_table('orders', sa.Column('id', sa.Integer), sa.Column('weight', sa.Float()))")
    project.revision("op.add_column('orders', sa.Column('total', sa.Double()))")
    return project


def test_the_example_finds_what_it_says(project: Project) -> None:
    ended = project.safemigrate(NOWHERE, "lint", "--json", "--ignore", "all", "--select", "no-floats")
    (found,) = json.loads(ended.out)["findings"]
    assert (found["rule"], found["severity"], found["revision"]) == ("no-floats", "error", "r2")
    assert found["message"] == "orders.total is double precision"
    assert found["instead"] == 'op.add_column("orders", sa.Column("total", sa.Numeric(12, 2)))'
    assert ended.code == 1


def test_the_example_has_a_manual(project: Project) -> None:
    shown = project.safemigrate(NOWHERE, "lint", "--explain", "no-floats").well().out
    assert shown.startswith("no-floats: a new column of a floating-point type\n\nWhy ")


def test_a_rule_that_raises_is_a_finding_and_the_others_go_on(project: Project) -> None:
    path = project.folder / "rules" / "no_floats.py"
    path.write_text(example().replace("    if form", "    1 / 0\n    if form"))
    project.revision("op.create_index('ix', 'orders', ['id'])")
    ended = project.safemigrate(NOWHERE, "lint", "--json")
    rules = {each["rule"] for each in json.loads(ended.out)["findings"]}
    assert {"broken-rule", "index-not-concurrent"} <= rules


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", 'its docstring does not begin with "bad: what it finds"'),
        ('"""other: a name that is not the file\'s."""', "its docstring does not begin with"),
        ('"""bad: it has no check."""', "it has no function check"),
        ('"""bad: x."""\nSEVERITY = "fatal"\ndef check(form: int, at): ...', "SEVERITY is 'fatal'"),
        ('"""bad: x."""\ndef check(form, at): ...', "the first parameter of check is not annotated"),
        ('"""bad: x."""\nimport no_such_module', "ModuleNotFoundError"),
        ('"""bad: x.', "SyntaxError"),
    ],
)
def test_a_file_that_is_no_rule_is_bad_input(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "bad.py").write_text(text)
    with pytest.raises(errors.BadInput, match="is no rule") as caught:
        registry.of_project(["bad.py"], tmp_path)
    assert why in str(caught.value)


def test_the_page_names_what_a_rule_can_ask() -> None:
    named = re.findall(r"`at\.(\w+)", PAGE)
    fields = set(Situation.__dataclass_fields__)
    assert named
    assert not [name for name in named if name not in fields and not hasattr(Situation, name)]
    imported = re.findall(r"^from safemigrate.lint.rule import (.*)$", PAGE, re.MULTILINE)
    assert set(", ".join(imported).split(", ")) <= set(rule.__all__)
