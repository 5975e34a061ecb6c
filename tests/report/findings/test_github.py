"""Workflow commands: what GitHub reads is what we meant, whatever a revision says."""

from __future__ import annotations

import re

from hypothesis import given

from safemigrate.findings import Finding, Findings, Place, Severity
from safemigrate.report.findings import github
from tests import fix_golden
from tests.report import findings_sample as sample
from tests.report.findings import any_findings


def test_each_finding_is_one_command() -> None:
    fix_golden.check("report/findings.github.txt", github.render(sample.FINDINGS))


def test_nothing_found_is_nothing_said() -> None:
    assert github.render(sample.CLEAN) == ""


def test_what_separates_properties_is_escaped() -> None:
    found = Finding("a,b", Severity.INFO, "50 % of\nall::", Place("./c:\\d,e%.py", 3, 7))
    assert github.render(Findings((found,))) == (
        "::notice file=c%3A\\d%2Ce%25.py,line=3,endLine=3,col=7,title=a%2Cb (safemigrate lint)::50 %25 of all::"
    )


@given(any_findings.CHECKS)
def test_any_finding_is_one_line_that_reads_as_one_command(findings) -> None:
    written = github.render(findings)
    lines = written.splitlines()
    assert len(lines) == len(findings.found)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", written)
    for line, finding in zip(lines, findings.found, strict=True):
        command = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
        assert command
        assert command[1] == {"error": "error", "warning": "warning", "info": "notice"}[finding.severity]
        properties = dict(each.split("=", 1) for each in command[2].split(","))
        assert list(properties) == (
            ["file", "line", "endLine", "col", "title"] if finding.place.line > 0 else ["file", "title"]
        )
