"""Where rules are found: in a project, in packages that are installed; and what a module says of itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from safemigrate import errors
from safemigrate.findings import Severity
from safemigrate.lint import registry
from safemigrate.statement import forms

RULE = '''"""{slug}: {summary}

Why      It is an example.
"""
from safemigrate.lint.rule import Found, forms
{head}

def check(form: {kinds}, at):
    yield Found("found")
'''


def rule(
    folder: Path, name: str, *, summary: str = "something", head: str = "", kinds: str = "forms.DropTable"
) -> None:
    """A file with a rule in it."""
    text = RULE.format(slug=name.replace("_", "-"), summary=summary, head=head, kinds=kinds)
    (folder / f"{name}.py").write_text(text)


def test_a_rule_is_what_its_module_says(tmp_path: Path) -> None:
    head = 'SEVERITY = "error"\nDEFAULT = False'
    rule(tmp_path, "no_drops", summary="a drop.", head=head, kinds="forms.DropTable | forms.DropColumn")
    (found,) = registry.of_project(["no_drops.py"], tmp_path)
    assert (found.rule.slug, found.rule.severity, found.rule.default) == ("no-drops", Severity.ERROR, False)
    assert (found.rule.summary, found.rule.help) == ("a drop", "Why      It is an example.")
    assert found.kinds == (forms.DropTable, forms.DropColumn)


def test_a_rule_that_says_nothing_of_itself_is_a_warning_that_is_on(tmp_path: Path) -> None:
    rule(tmp_path, "plain")
    (found,) = registry.of_project(["plain.py"], tmp_path)
    assert (found.rule.severity, found.rule.default) == (Severity.WARNING, True)


def test_a_folder_is_its_files_by_name_without_those_that_begin_with_an_underscore(tmp_path: Path) -> None:
    for name in ("b", "a", "_shared"):
        rule(tmp_path, name)
    (tmp_path / "notes.txt").write_text("no rule")
    found = registry.of_project([".", "b.py"], tmp_path)
    assert [each.rule.slug for each in found] == ["a", "b", "b"]


def test_a_place_where_nothing_is_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(errors.BadInput, match='no rules at "missing"'):
        registry.of_project(["missing"], tmp_path)


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        ("list[int]", "the first parameter of check is not annotated with the kind of thing"),
        ("'no_such_name'", "the annotations of check cannot be read"),
        ("'forms.'", "the annotations of check cannot be read"),
        ("no_such_name", "NameError"),
    ],
)
def test_an_annotation_that_is_no_kind_of_thing_is_bad_input(tmp_path: Path, kinds: str, why: str) -> None:
    rule(tmp_path, "odd", kinds=kinds)
    with pytest.raises(errors.BadInput, match="is no rule") as caught:
        registry.of_project(["odd.py"], tmp_path)
    assert why in str(caught.value)


def test_what_is_not_imported_is_known_by_its_name_alone(tmp_path: Path) -> None:
    (tmp_path / "broken_rule.py").write_text("raise SystemExit(3)")
    (found,) = registry.of_project(["broken_rule.py"], tmp_path, imported=False)
    assert (found.rule.slug, found.kinds) == ("broken-rule", ())


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that offers a rule, on Python's path."""
    told = tmp_path / "their_rules-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: their-rules\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(f"[{registry.ENTRY_POINTS}]\nno-drops = their_rules.no_drops\n")
    (tmp_path / "their_rules").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("their_rules", "their_rules.no_drops"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path / "their_rules"


def test_a_package_offers_modules_by_entry_points(installed: Path) -> None:
    rule(installed, "no_drops")
    assert [each.rule.slug for each in registry.offered()] == ["no-drops"]


def test_what_a_package_offers_and_is_no_rule_is_bad_input(installed: Path) -> None:
    (installed / "no_drops.py").write_text('"""no-drops: it has no check."""')
    with pytest.raises(errors.BadInput, match="is no rule") as caught:
        registry.offered()
    assert "it has no function check" in str(caught.value)
