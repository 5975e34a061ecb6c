"""SARIF: the structure that the standard asks for, checked by hand."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given

import safemigrate
from safemigrate.findings import Finding, Findings, Place, Severity
from safemigrate.report.findings import sarif
from tests import fix_golden
from tests.report import findings_sample as sample
from tests.report.findings import any_findings


def run_of(findings: Findings) -> Any:
    log = json.loads(sarif.render(findings))
    assert log["version"] == "2.1.0"
    assert len(log["runs"]) == 1
    return log["runs"][0]


def location(file: str) -> Any:
    found = Finding("r", Severity.ERROR, "m", Place(file))
    return run_of(Findings((found,)))["results"][0]["locations"][0]["physicalLocation"]


def test_the_log_is_what_code_scanning_reads() -> None:
    written = sarif.render(sample.FINDINGS).replace(f'"version": "{safemigrate.__version__}"', '"version": "VERSION"')
    fix_golden.check("report/findings.sarif.json", written)


def test_a_rule_carries_its_help_and_its_default() -> None:
    rules = {rule["id"]: rule for rule in run_of(sample.FINDINGS)["tool"]["driver"]["rules"]}
    assert rules["set-not-null-scan"]["help"]["markdown"].startswith("```text\nset-not-null-scan: ")
    assert rules["prefer-identity"]["defaultConfiguration"] == {"enabled": False, "level": "warning"}
    assert rules["referenced-table-lock"]["defaultConfiguration"]["level"] == "note"


def test_paths_are_uris() -> None:
    assert location("./versions/a b#1.py")["artifactLocation"] == {
        "uri": "versions/a%20b%231.py",
        "uriBaseId": "%SRCROOT%",
    }
    assert location("/srv/é.py")["artifactLocation"] == {"uri": "file:///srv/%C3%A9.py"}


def test_a_file_as_a_whole_has_no_region() -> None:
    assert "region" not in location("a.py")


@given(any_findings.CHECKS)
def test_any_finding_is_a_result_of_a_described_rule(findings) -> None:
    run = run_of(findings)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(findings.found)
    for result, finding in zip(run["results"], findings.found, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        assert result["level"] in {"error", "warning", "note"}
        assert result["partialFingerprints"] == {"safemigrate/v1": finding.fingerprint}
        place = result["locations"][0]["physicalLocation"]
        assert re.fullmatch(r"(file://)?[\w.~/%-]*", place["artifactLocation"]["uri"], re.ASCII)
        region = place.get("region", {"startLine": 1, "endLine": 1, "startColumn": 1})
        assert 1 <= region["startLine"] <= region["endLine"]
        assert region["startColumn"] >= 1
