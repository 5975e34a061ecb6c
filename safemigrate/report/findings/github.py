"""Findings as workflow commands of GitHub Actions: one line each, which GitHub shows beside the changed lines.

GitHub reads the lines from the log of the job; what it escapes, and how, is in its toolkit (``@actions/core``). It
shows ten of each level per step and keeps the others in the log.
"""

from __future__ import annotations

import re

from safemigrate.findings import Finding, Findings, Severity
from safemigrate.report.findings import visible, words

LEVELS: dict[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What a terminal would obey, or a reader of lines would break a line at."""


def render(findings: Findings) -> str:
    """One line for each of *findings*; nothing where nothing was found."""
    return "\n".join(_command(finding) for finding in findings.found)


def _command(finding: Finding) -> str:
    place = finding.place
    properties = {"file": place.file.removeprefix("./")}
    if place.line > 0:
        properties |= {"line": str(place.line), "endLine": str(max(place.line, place.end_line))}
        properties |= {"col": str(max(1, place.column))}
    properties |= {"title": f"{finding.rule} (safemigrate lint)"}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{LEVELS[finding.severity]} {told}::{_data(_message(finding))}"


def _message(finding: Finding) -> str:
    """Several lines: the sentence, what it locks, who makes it safe, and what to write instead."""
    code = visible.lines(finding.instead)
    parts = [
        visible.one_line(finding.message),
        words.locks(finding.claim),
        words.upgrade(finding),
        "\n".join(["instead:", *(f"    {line}" for line in code)]) if code else "",
    ]
    return "\n".join(part for part in parts if part)


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return UNSEEN.sub(lambda match: visible.visible(match[0]), escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
