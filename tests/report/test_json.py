"""The plan as programs read it: a shape that does not change under them."""

from __future__ import annotations

import json
import re

from safemigrate.report import json as report
from tests import fix_golden
from tests.report import sample


def test_the_shape_is_the_documented_one() -> None:
    fix_golden.check("report/plan.json", report.render(sample.PLANS))


def test_every_key_is_in_the_documentation_of_the_shape() -> None:
    keys = set(re.findall(r'"(\w+)": ', json.dumps(report.as_json(sample.PLANS))))
    assert report.__doc__ is not None
    assert keys <= set(re.findall(r"\w+", report.__doc__))


def test_the_point_of_no_return_is_the_number_of_a_step() -> None:
    told = json.loads(report.render(sample.PLANS))
    assert [revision["point_of_no_return"] for revision in told["revisions"]] == [None, 2, None, 6]
    assert told["revisions"][1]["steps"][1]["number"] == 2
    assert told["totals"]["points_of_no_return"] == 2


def test_an_empty_plan_has_the_same_shape() -> None:
    assert json.loads(report.render([])) == {
        "version": 1,
        "revisions": [],
        "totals": {
            "revisions": 0,
            "whole": 0,
            "steps": 0,
            "instant": 0,
            "unknown": 0,
            "split": 0,
            "points_of_no_return": 0,
        },
    }


def test_a_part_names_the_statement_that_it_is_a_part_of_and_a_batched_step_its_key() -> None:
    steps = json.loads(report.render([sample.SPLIT]))["revisions"][0]["steps"]
    original = {"original": sample.SET_NOT_NULL.original, "occurrence": 0, "family": "not null"}
    assert [step["rewrite"] for step in steps[:3]] == [original] * 3
    assert [step["batch"] for step in steps] == [
        None,
        None,
        None,
        {"key": ["account", "id"], "images": True},
        None,
        {"key": [], "images": False},
    ]
