"""Findings as a Code Quality report, which GitLab shows in a merge request and compares with the target branch."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from safemigrate.findings import Finding, Findings, Severity
from safemigrate.report.findings import visible

SEVERITIES: dict[Severity, str] = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(findings: Findings) -> str:
    """*findings* as a JSON list, in ASCII."""
    seen: Counter[str] = Counter()
    return json.dumps([_issue(finding, seen) for finding in findings.found], indent=2)


def _issue(finding: Finding, seen: Counter[str]) -> dict[str, object]:
    place = finding.place
    begin = max(1, place.line)
    return {
        "description": visible.one_line(finding.message),
        "check_name": finding.rule,
        "fingerprint": _fingerprint(finding, seen),
        "severity": SEVERITIES[finding.severity],
        "location": {
            # GitLab finds no file by a path that begins with "./".
            "path": place.file.removeprefix("./"),
            "lines": {"begin": begin, "end": max(begin, place.end_line)},
        },
    }


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """That of *finding*, but another one each time that it comes again: GitLab drops what has the same."""
    own = finding.fingerprint
    seen[own] += 1
    times = seen[own]
    return own if times == 1 else hashlib.sha256(f"{own} {times}".encode()).hexdigest()[:32]
