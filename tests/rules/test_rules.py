"""Every rule finds what is bad, where it is, in each way of writing it, and nothing in any good example of any rule."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from safemigrate.lint import registry
from tests.rules import examples
from tests.rules.examples import Example

RULES = {each.rule.slug: each for each in registry.own()}
STYLE = {each.rule.slug for each in registry.own() if getattr(sys.modules[each.check.__module__], "STYLE", False)}
"""Rules of taste, some of which want the opposite of others: only their own good examples follow them all."""

WAYS = 5


@pytest.mark.parametrize("example", examples.BAD, ids=str)
def test_a_rule_finds_what_is_bad_on_its_line(example: Example, tmp_path: Path) -> None:
    found = examples.findings(example, tmp_path, [RULES[example.slug]])
    assert sorted({each.place.line for each in found if each.rule == example.slug}) == example.expected
    assert example.expected, "no line ends in # finds"
    assert {each.rule for each in found} == {example.slug}


@pytest.mark.parametrize("example", examples.GOOD, ids=str)
def test_no_rule_finds_anything_in_a_good_one(example: Example, tmp_path: Path) -> None:
    rules = [each for slug, each in RULES.items() if slug not in STYLE or example.slug in STYLE]
    found = examples.findings(example, tmp_path, rules)
    wrong = [each for each in found if each.rule not in example.constants.get("ALLOWS", ())]
    assert not wrong, "\n".join(f"{each.place}: {each.rule}: {each.message}" for each in wrong)


@pytest.mark.parametrize("slug", sorted(RULES))
def test_every_rule_has_bad_examples_in_several_ways_of_writing_and_a_good_one(slug: str) -> None:
    kinds = Counter(example.bad for example in examples.EXAMPLES if example.slug == slug)
    assert kinds[True] >= WAYS
    assert kinds[False] >= 1


def test_no_example_is_of_a_rule_that_is_not_there() -> None:
    assert {example.slug for example in examples.EXAMPLES} <= set(RULES)


@pytest.mark.parametrize("slug", sorted(RULES))
def test_every_rule_says_why_what_is_bad_and_what_to_write_instead(slug: str) -> None:
    rule = RULES[slug].rule
    assert all(f"\n{word} " in f"\n{rule.help}" for word in ("Why", "Bad", "Instead")), rule.help
    assert len(rule.summary) <= 100
