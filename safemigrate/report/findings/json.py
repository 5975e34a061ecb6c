"""Findings as JSON. The shape is stable: within one *version* fields are added, never renamed or removed.

version     1
findings[]  rule, severity, message, file, line, column, end_line (null for a file as a whole), revision, statement,
            claim {locks[] {relation, mode, only}, duration, seconds or null, blocks} or null,
            instead, handled (null where that has no meaning), fixable, fingerprint
summary     checked, found, errors, warnings, infos, ignored, known, handled, small, files[]
rules[]     slug, severity, summary, help, default
"""

from __future__ import annotations

import json
import math

from safemigrate.findings import Claim, Finding, Findings, Rule, Severity

VERSION = 1


def render(findings: Findings) -> str:
    """*findings* as indented JSON, in ASCII."""
    return json.dumps(as_json(findings), indent=2, allow_nan=False)


def as_json(findings: Findings) -> dict[str, object]:
    """*findings* as an object of the shape above."""
    return {
        "version": VERSION,
        "findings": [_finding(finding) for finding in findings.found],
        "summary": _summary(findings),
        "rules": [_rule(rule) for rule in findings.rules],
    }


def _finding(finding: Finding) -> dict[str, object]:
    place = finding.place
    whole = place.line <= 0
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": place.file,
        "line": None if whole else place.line,
        "column": None if whole else place.column,
        "end_line": None if whole else max(place.line, place.end_line),
        "revision": finding.revision,
        "statement": finding.statement,
        "claim": None if finding.claim is None else claim(finding.claim),
        "instead": finding.instead,
        "handled": finding.handled,
        "fixable": finding.fixable,
        "fingerprint": finding.fingerprint,
    }


def claim(claim: Claim) -> dict[str, object]:
    """What is locked, how long, and whom that blocks; seconds that are no number are null."""
    known = claim.seconds is not None and math.isfinite(claim.seconds)
    return {
        "locks": [{"relation": str(lock.relation), "mode": lock.mode.sql, "only": lock.only} for lock in claim.locks],
        "duration": claim.duration.value,
        "seconds": claim.seconds if known else None,
        "blocks": claim.blocks,
    }


def _summary(findings: Findings) -> dict[str, object]:
    return {
        "checked": findings.checked,
        "found": len(findings.found),
        "errors": findings.count(Severity.ERROR),
        "warnings": findings.count(Severity.WARNING),
        "infos": findings.count(Severity.INFO),
        "ignored": findings.ignored,
        "known": findings.known,
        "handled": findings.handled,
        "small": findings.small,
        "files": list(findings.files),
    }


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "slug": rule.slug,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "help": rule.help,
        "default": rule.default,
    }
