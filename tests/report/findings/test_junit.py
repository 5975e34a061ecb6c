"""JUnit XML: a case per file, a failure per finding, and XML whatever a revision says."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given

from safemigrate.findings import Finding, Findings, Severity
from safemigrate.report.findings import junit
from tests import fix_golden
from tests.report import findings_sample as sample
from tests.report.findings import any_findings


def parsed(findings: Findings) -> ElementTree.Element:
    return ElementTree.fromstring(junit.render(findings).encode())


def test_each_checked_file_is_a_case() -> None:
    fix_golden.check("report/findings.junit.xml", junit.render(sample.FINDINGS))


def test_information_fails_nothing() -> None:
    suites = parsed(Findings((sample.LEDGER,), 1, (sample.PAYMENTS,)))
    assert suites.get("failures") == "0"
    output = suites.findtext(".//system-out")
    assert output is not None
    assert "info[referenced-table-lock]" in output


def test_control_characters_are_shown_since_xml_cannot_hold_them() -> None:
    found = Finding("r", Severity.ERROR, "a\x00\x1b\ufffe\ud800", sample.UNREAD.place)
    failure = parsed(Findings((found,))).find(".//failure")
    assert failure is not None
    assert failure.get("message") == r"error[r]: a\x00\x1b\ufffe\ud800"


@given(any_findings.CHECKS)
def test_any_text_is_xml_with_a_case_per_file_and_a_failure_per_finding(findings) -> None:
    suites = parsed(findings)
    fails = [finding for finding in findings.found if finding.severity is not Severity.INFO]
    assert len(suites.findall(".//failure")) == len(fails)
    files = {*findings.files, *(finding.place.file for finding in findings.found)}
    assert suites.get("tests") == str(len(suites.findall(".//testcase"))) == str(len(files))
    assert suites.get("failures") == str(len({finding.place.file for finding in fails}))
