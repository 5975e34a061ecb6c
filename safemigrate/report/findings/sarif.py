"""Findings as SARIF 2.1.0, for GitHub's code scanning, Azure DevOps and editors."""

from __future__ import annotations

import json
import urllib.parse

import safemigrate
from safemigrate.findings import Finding, Findings, Place, Rule, Severity
from safemigrate.report.findings import markdown, visible, words
from safemigrate.report.findings.json import claim

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS: dict[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

ROOT = "%SRCROOT%"
"""What SARIF's readers replace by the checkout that they look at."""


def render(findings: Findings) -> str:
    """*findings* as one run in indented JSON, in ASCII."""
    rules = _rules(findings)
    index = {rule.slug: number for number, rule in enumerate(rules)}
    driver = {"name": "safemigrate", "version": safemigrate.__version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.rule]) for finding in findings.found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, allow_nan=False)


def _rules(findings: Findings) -> list[Rule]:
    """The rules that *findings* describe, each once, and those of other findings by what is known of them."""
    rules = {rule.slug: rule for rule in findings.rules}
    for finding in findings.found:
        rules.setdefault(finding.rule, Rule(finding.rule, finding.severity, finding.rule))
    return list(rules.values())


def _rule(rule: Rule) -> dict[str, object]:
    told = rule.help.strip() or rule.summary
    return {
        "id": rule.slug,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": told, "markdown": markdown.fenced(told) if rule.help.strip() else markdown.text(rule.summary)},
        "defaultConfiguration": {"enabled": rule.default, "level": LEVELS[rule.severity]},
    }


def _result(finding: Finding, index: int) -> dict[str, object]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": _location(finding.place)}],
        "partialFingerprints": {"safemigrate/v1": finding.fingerprint},
        "properties": {
            "revision": finding.revision,
            "statement": finding.statement,
            "claim": None if finding.claim is None else claim(finding.claim),
            "instead": finding.instead,
            "handled": finding.handled,
            "fixable": finding.fixable,
        },
    }


def _message(finding: Finding) -> str:
    """Plain text of several lines; the first one, a sentence, is what lists show."""
    code = visible.lines(finding.instead)
    parts = (visible.one_line(finding.message), words.locks(finding.claim), words.upgrade(finding))
    return "\n".join([*filter(None, parts), *(["instead:", *code] if code else [])])


def _location(place: Place) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": _artifact(place.file)}
    if place.line > 0:
        location["region"] = {
            "startLine": place.line,
            "startColumn": max(1, place.column),
            "endLine": max(place.line, place.end_line),
        }
    return location


def _artifact(file: str) -> dict[str, str]:
    path = urllib.parse.quote(file.removeprefix("./"), errors="surrogatepass")
    return {"uri": f"file://{path}"} if file.startswith("/") else {"uri": path, "uriBaseId": ROOT}
