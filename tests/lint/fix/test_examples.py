"""The examples of all rules: what is called fixable is fixed, the linter is content with it, and finds nothing new."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from safemigrate.findings import Finding
from safemigrate.lint import fix, registry, rules
from tests.rules import examples
from tests.rules.examples import Example

CORRECTED = [example for example in examples.BAD if example.slug in fix.choice.CHOOSERS]
ON = {each.rule.slug for each in registry.own() if each.rule.default}
"""The others are advice: prefer-if-exists, for one, is about what stands in an autocommit_block()."""


def _fixed(example: Example, found: list[Finding]) -> fix.Fixed:
    """The example itself, without what its project puts below it."""
    here = [replace(each, place=replace(each.place, file="example.py")) for each in found if _is_its(each, example)]
    return fix.fixed(example.text, "example.py", here)


def _rules(found: list[Finding]) -> Counter[str]:
    return Counter(each.rule for each in found if each.rule in ON)


def _is_its(finding: Finding, example: Example) -> bool:
    return Path(finding.place.file).name == example.path.name


@pytest.mark.parametrize("example", CORRECTED, ids=str)
def test_what_is_called_fixable_is_fixed_for_good(example: Example, tmp_path: Path) -> None:
    before = examples.findings(example, tmp_path / "before")
    able = [each for each in before if each.fixable]
    made = _fixed(example, before)
    assert len(made.done) == len(able)
    assert bool(made.done) == (made.text != example.text)
    after = examples.findings(replace(example, text=made.text), tmp_path / "after")
    assert not [each for each in after if each.fixable]
    assert _rules(after) == _rules(before) - _rules(able)
    assert _fixed(replace(example, text=made.text), after).text == made.text


def test_no_rule_calls_fixable_what_no_edit_is_known_for() -> None:
    folder = Path(rules.__path__[0])
    saying = {path.stem.replace("_", "-") for path in folder.glob("*.py") if "fixable=" in path.read_text()}
    assert saying == set(fix.choice.CHOOSERS)
