"""The Code Quality report: GitLab finds every file, and no finding hides another."""

from __future__ import annotations

import json

from hypothesis import given

from safemigrate.findings import Findings
from safemigrate.report.findings import gitlab
from tests import fix_golden
from tests.report import findings_sample as sample
from tests.report.findings import any_findings


def test_the_report_is_what_gitlab_reads() -> None:
    fix_golden.check("report/findings.gitlab.json", gitlab.render(sample.FINDINGS))


def test_the_same_finding_twice_has_two_fingerprints_that_stay_the_same() -> None:
    twice = json.loads(gitlab.render(Findings((sample.INDEX, sample.INDEX))))
    assert twice[0]["fingerprint"] == sample.INDEX.fingerprint != twice[1]["fingerprint"]
    assert twice == json.loads(gitlab.render(Findings((sample.INDEX, sample.INDEX))))


@given(any_findings.CHECKS)
def test_any_finding_is_an_issue_with_a_line_and_a_fingerprint_of_its_own(findings) -> None:
    issues = json.loads(gitlab.render(findings))
    assert len({each["fingerprint"] for each in issues}) == len(issues) == len(findings.found)
    assert all(1 <= each["location"]["lines"]["begin"] <= each["location"]["lines"]["end"] for each in issues)
    assert {each["severity"] for each in issues} <= {"info", "minor", "major", "critical", "blocker"}
