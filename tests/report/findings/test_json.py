"""Findings as programs read them: a shape that does not change under them."""

from __future__ import annotations

import json
import math
import re

from hypothesis import given

from safemigrate.findings import Claim, Finding, Findings, Place, Severity
from safemigrate.report.findings import json as report
from tests import fix_golden
from tests.report import findings_sample as sample
from tests.report.findings import any_findings


def keys() -> set[str]:
    return set(re.findall(r'"(\w+)": ', report.render(sample.FINDINGS)))


def test_the_shape_is_the_documented_one() -> None:
    fix_golden.check("report/findings.json", report.render(sample.FINDINGS))


def test_every_key_is_in_the_documentation_of_the_shape() -> None:
    assert report.__doc__ is not None
    assert keys() <= set(re.findall(r"\w+", report.__doc__))


def test_every_key_is_on_the_reference_page() -> None:
    page = (fix_golden.ROOT / "docs/reference/lint-output.md").read_text(encoding="utf-8")
    assert keys() <= set(re.findall(r"`(\w+)(?:\[\])?`", page))


def test_a_file_as_a_whole_has_no_line() -> None:
    told = report.as_json(Findings((sample.UNREAD,)))["findings"]
    assert isinstance(told, list)
    assert [told[0][key] for key in ("line", "column", "end_line")] == [None, None, None]


def test_seconds_that_nobody_knows_are_null() -> None:
    found = Finding("r", Severity.INFO, "m", Place("a.py"), claim=Claim(seconds=math.inf))
    assert json.loads(report.render(Findings((found,))))["findings"][0]["claim"]["seconds"] is None


@given(any_findings.CHECKS)
def test_any_text_comes_back_as_it_was(findings) -> None:
    told = json.loads(report.render(findings))
    assert [each["statement"] for each in told["findings"]] == [each.statement for each in findings.found]
    assert told["summary"]["found"] == len(findings.found)
