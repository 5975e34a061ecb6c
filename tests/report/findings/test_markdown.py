"""A comment on a pull request: text of a revision is never markup."""

from __future__ import annotations

import dataclasses
import re

from hypothesis import given

from safemigrate.findings import Findings
from safemigrate.report.findings import markdown
from tests import fix_golden
from tests.report import findings_sample as sample
from tests.report.findings import any_findings

OURS = re.compile(r"<details><summary>|</summary>|</details>|</?code>|<!-- -->")


def shown(findings: Findings) -> str:
    return markdown.render(findings, sources=sample.sources)


def outside_of_code(text: str) -> list[str]:
    """The lines that are not in a fence; every fence that is opened has to be closed."""
    fence, lines = "", []
    for line in text.split("\n"):
        ticks = re.match("`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif ticks:
            fence = ticks[0]
        else:
            lines.append(line)
    assert not fence
    return lines


def test_a_comment_has_a_table_and_the_code_under_it() -> None:
    fix_golden.check("report/findings.md", shown(sample.FINDINGS))


def test_nothing_found_is_a_heading_and_the_sums() -> None:
    assert shown(sample.CLEAN) == (
        "### safemigrate lint: nothing found\n\nchecked 12 revisions: nothing found; 1 ignored by a comment"
    )


def test_markup_html_and_mentions_are_text() -> None:
    assert markdown.text("*a* <b> @team | [x](y) a_b `c`") == (
        r"\*a\* &lt;b&gt; @<!-- -->team &#124; \[x\](y) a\_b \`c\`"
    )


def test_code_holds_backticks_and_pipes() -> None:
    assert markdown.code("a`b") == "``a`b``"
    assert markdown.code("`a") == "`` `a ``"
    assert markdown.code("a|b") == "<code>a&#124;b</code>"
    assert markdown.fenced("```\nx") == "````text\n```\nx\n````"


def test_a_report_of_a_thousand_findings_fits_into_a_comment_and_says_what_is_missing() -> None:
    found = tuple(dataclasses.replace(sample.NOT_NULL, revision=str(number)) for number in range(1000))
    text = shown(dataclasses.replace(sample.FINDINGS, found=found))
    assert len(text) < 65_536
    missing = 1000 - text.count("<details>")
    assert f"{missing} findings did not fit in here in full" in text


def test_a_statement_without_end_leaves_room_for_the_others() -> None:
    endless = dataclasses.replace(sample.NOT_NULL, statement="SELECT 1,\n" * 10_000, instead="x" * 100_000)
    text = shown(dataclasses.replace(sample.FINDINGS, found=(endless, sample.INDEX)))
    assert text.count("<details>") == 2


@given(any_findings.CHECKS, any_findings.SOURCES)
def test_any_text_stays_inside_its_cell_its_fence_and_its_details(findings, sources) -> None:
    lines = outside_of_code(markdown.render(findings, sources=sources))
    prose = OURS.sub(" ", "\n".join(lines))
    spans_gone = re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", prose)
    assert not re.search(r"[<>]|@\w", spans_gone)
    rows = [line for line in lines if line.startswith("| ")]
    assert len(rows) == (len(findings.found) + 2 if findings.found else 0)
    assert {row.count("|") for row in rows} <= {5}
    assert "\n".join(lines).count("<details><summary>") == len(findings.found)
