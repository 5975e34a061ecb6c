"""Findings as people read them at a terminal."""

from __future__ import annotations

import dataclasses
import re
import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from safemigrate.findings import Finding, Findings, Place
from safemigrate.report.findings import text, visible
from tests import fix_golden
from tests.report import findings_sample as sample
from tests.report.findings import any_findings


def shown(findings: Findings, *, colour: bool = False, width: int = 100) -> str:
    return text.render(findings, sources=sample.sources, colour=colour, width=width)


def of(finding: Finding = sample.NOT_NULL, **changes: Any) -> Findings:
    """A check that found *finding* with *changes*."""
    return dataclasses.replace(sample.CLEAN, found=(dataclasses.replace(finding, **changes),))


def test_a_finding_shows_its_lines_what_they_lock_and_what_to_write_instead() -> None:
    fix_golden.check("report/findings.txt", shown(sample.FINDINGS))


def test_the_reference_page_shows_what_is_shown() -> None:
    example = shown(dataclasses.replace(sample.FINDINGS, found=(sample.INDEX,)))
    fix_golden.check_part("docs/reference/lint-output.md", "text", f"```text\n{example}\n```")


def test_a_narrow_terminal_breaks_rows_and_cuts_lines() -> None:
    fix_golden.check("report/findings-narrow.txt", shown(sample.FINDINGS, width=60))


def test_without_colour_there_is_no_escape_sequence_and_with_it_the_text_is_the_same() -> None:
    plain, coloured = shown(sample.FINDINGS), shown(sample.FINDINGS, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[set-not-null-scan]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_nothing_found_is_one_line() -> None:
    assert shown(Findings(checked=12)) == "checked 12 revisions: nothing found"
    assert shown(sample.CLEAN) == "checked 12 revisions: nothing found; 1 ignored by a comment"


def test_the_sums_say_what_is_left_out_and_why() -> None:
    assert shown(sample.FINDINGS).splitlines()[-2:] == [
        "checked 12 revisions: 4 errors, 2 warnings, 1 info; 2 ignored by comments, 4 in the baseline, "
        "1 made safe by safemigrate upgrade, 2 on small tables",
        "safemigrate lint --explain RULE says more; safemigrate lint --fix corrects 1 of 7",
    ]


def test_the_only_rule_found_is_the_one_to_ask_about() -> None:
    assert shown(of()).endswith("safemigrate lint --explain set-not-null-scan says more")


def test_a_finding_about_the_whole_file_or_about_lines_that_are_gone_has_no_excerpt() -> None:
    assert " |" not in shown(of(place=Place(sample.STATUS)))
    assert " |" not in shown(of(place=Place(sample.STATUS, 999)))
    assert " |" not in shown(of(place=Place(sample.LEGACY, 3)))


def test_sql_that_stands_in_the_excerpt_is_not_said_twice() -> None:
    assert "sql " not in shown(of(sample.LEDGER))
    assert "sql " in shown(of(sample.LEDGER, statement="CREATE TABLE other ()"))


def test_the_mark_lies_under_the_statement_behind_tabs_and_wide_characters() -> None:
    lines = ["\t日本; op.execute(sql)  # note"]
    found = of(place=Place("a.py", 1, 6, 1), statement="")
    excerpt = text.render(found, sources=lambda file: lines).splitlines()[3:5]
    assert excerpt == [
        "1 |     日本; op.execute(sql)  # note",
        "  |           ^^^^^^^^^^^^^^^",
    ]


def test_a_statement_far_to_the_right_is_brought_into_view() -> None:
    lines = ["x = 0; " * 100 + "op.execute(sql)", "日" * 400]
    found = of(place=Place("a.py", 1, 701, 1), statement="")
    row, mark = text.render(found, sources=lambda file: lines, width=60).splitlines()[3:5]
    assert row.startswith("1 | …")
    assert row[mark.index("^") :] == "op.execute(sql)"
    assert mark.count("^") == len("op.execute(sql)")


def test_what_a_revision_holds_is_shown_and_not_obeyed() -> None:
    evil = "\x1b]0;owned\x07 \x9b31m \u202e \r::error::"
    written = shown(of(message=evil, statement=evil, instead=evil, rule=evil))
    assert r"\x1b]0;owned\x07 \x9b31m \u202e ::error::" in written
    assert all(each.isprintable() or each == "\n" for each in written)


def test_a_file_of_one_endless_line_is_shown_at_once() -> None:
    lines = ["op.execute('" + "a\u0301" * 2_000_000 + "')"]
    before = time.process_time()
    written = text.render(of(place=Place("a.py", 1, 1, 1)), sources=lambda file: lines)
    assert time.process_time() - before < 5
    assert len(written) < 5_000


@given(any_findings.CHECKS, any_findings.SOURCES, st.integers(0, 120))
def test_any_text_is_shown_in_printable_lines_that_fit(findings, sources, width) -> None:
    written = text.render(findings, sources=sources, width=width)
    assert all(each.isprintable() or each == "\n" for each in written)
    bounded = [line for line in written.split("\n") if re.match(r" *(\d+|…)? \| | +(sql|locks|upgrade)  ", line)]
    assert all(visible.cells(line) <= max(width, text.NARROWEST) for line in bounded)
    assert written.count("--> ") >= len(findings.found)


@given(any_findings.CHECKS, any_findings.SOURCES)
def test_colour_changes_nothing_but_the_colour_of_any_text(findings, sources) -> None:
    coloured = text.render(findings, sources=sources, colour=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text.render(findings, sources=sources)
