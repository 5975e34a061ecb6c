"""One function renders every format."""

from __future__ import annotations

import pytest
from hypothesis import given

from safemigrate.report import findings as report
from tests.report import findings_sample as sample
from tests.report.findings import any_findings


@pytest.mark.parametrize("format", report.FORMATS)
def test_every_format_names_every_rule_that_was_found(format) -> None:
    written = report.render(sample.FINDINGS, format, sources=sample.sources)
    assert all(finding.rule in written for finding in sample.FINDINGS.found)


@pytest.mark.parametrize("format", report.FORMATS)
@given(findings=any_findings.CHECKS, sources=any_findings.SOURCES)
def test_no_format_raises_or_rings_a_bell(format, findings, sources) -> None:
    written = report.render(findings, format, sources=sources)
    assert not written.endswith("\n")
    assert not {"\x1b", "\x07", "\r", "\x9b"} & set(written)
