"""Findings as JUnit XML, which every CI shows as tests: one test case per checked file, one failure per finding."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree

from safemigrate.findings import Finding, Findings, Severity
from safemigrate.report.findings import visible, words

NAME = "safemigrate lint"

NOT_XML = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow or advises against, and carriage returns, which its readers drop."""


def render(findings: Findings) -> str:
    """*findings* as one test suite. Errors and warnings fail the case of their file; information is its output."""
    cases: dict[str, list[Finding]] = defaultdict(list, {file: [] for file in findings.files})
    for finding in findings.found:
        cases[finding.place.file].append(finding)
    failed = sum(any(_fails(finding) for finding in found) for found in cases.values())
    counts = {"name": NAME, "tests": str(len(cases)), "failures": str(failed), "errors": "0"}
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", counts | {"skipped": "0"})
    for file, found in cases.items():
        _case(suite, file, found)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode")


def _fails(finding: Finding) -> bool:
    return finding.severity is not Severity.INFO


def _case(suite: ElementTree.Element, file: str, found: Sequence[Finding]) -> None:
    name = _allowed(file)
    case = ElementTree.SubElement(suite, "testcase", {"classname": NAME, "name": name, "file": name})
    for finding in filter(_fails, found):
        told = {"type": _allowed(finding.rule), "message": _allowed(_sentence(finding))}
        ElementTree.SubElement(case, "failure", told).text = _allowed(_body(finding))
    notes = [f"{_sentence(finding)}\n{_body(finding)}" for finding in found if not _fails(finding)]
    if notes:
        ElementTree.SubElement(case, "system-out").text = _allowed("\n".join(notes))


def _sentence(finding: Finding) -> str:
    place = f"line {finding.place.line}: " if finding.place.line > 0 else ""
    return f"{place}{finding.severity}[{visible.one_line(finding.rule)}]: {visible.one_line(finding.message)}"


def _body(finding: Finding) -> str:
    """Where it is, the SQL, what it locks, who makes it safe, and the code to write instead."""
    code = visible.lines(finding.instead)
    rows = [
        words.place(finding),
        visible.one_line(finding.statement),
        words.locks(finding.claim),
        words.upgrade(finding),
        *(["instead", *(f"    {line}" for line in code)] if code else []),
    ]
    return "\n".join(["", *(row for row in rows if row), ""])


def _allowed(text: str) -> str:
    return NOT_XML.sub(lambda match: visible.visible(match[0]), text)
