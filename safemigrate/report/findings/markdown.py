"""Findings as Markdown for a comment on a pull request: a table of all, and under it each one with its code.

What a revision says is text here, never markup: no HTML, no table cells, no mention of a user.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from safemigrate.findings import Finding, Findings
from safemigrate.report.findings import excerpt, visible, words
from safemigrate.report.findings.excerpt import Sources

LONGEST = 60_000
"""Characters of a report: GitHub takes comments of 65,536. The table may take half of them."""

HEADS = "| Severity | Rule | Where | What |\n| --- | --- | --- | --- |"

BLOCK_LINES, BLOCK_WIDTH = 40, 300
"""The most lines of a block of code, and the most cells of one."""

MARKUP = re.compile(r"([\\`*_\[\]#~$]|^[-+=])")
HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "@": "@<!-- -->"}
"""A pipe would end a cell of the table; an empty comment keeps a word from being a mention of somebody."""


def render(findings: Findings, *, sources: Sources) -> str:
    """*findings* as a heading, a table, details to open, and the sums; what does not fit is counted."""
    told = [f"### safemigrate lint: {words.found(findings)}"]
    if findings.found:
        table = _fitting((_row(finding) for finding in findings.found), LONGEST // 2)
        told.append("\n".join([HEADS, *table]))
        details = _fitting((_details(finding, sources) for finding in findings.found), LONGEST - len(told[-1]))
        told += details
        missing = len(findings.found) - min(len(table), len(details))
        if missing:
            told.append(f"{words.count(missing, 'finding')} did not fit in here in full; the log of the check has all.")
    told.append(text(words.summary(findings)))
    return "\n\n".join(told)


def _fitting(blocks: Iterable[str], room: int) -> list[str]:
    """The first of *blocks* that fit into *room* characters together."""
    taken: list[str] = []
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            break
        taken.append(block)
    return taken


def _row(finding: Finding) -> str:
    cells = (finding.severity.value, code(finding.rule), code(words.place(finding)), text(finding.message))
    return f"| {' | '.join(cells)} |"


def _details(finding: Finding, sources: Sources) -> str:
    heading = f"{finding.severity}: {html(finding.rule)} at {html(words.place(finding))}"
    return "\n\n".join(
        [f"<details><summary>{heading}</summary>", text(finding.message), *_parts(finding, sources), "</details>"]
    )


def _parts(finding: Finding, sources: Sources) -> Iterator[str]:
    shown = excerpt.of(finding.place, sources)
    yield from _block(shown.written, "python")
    if not shown.has(finding.statement):
        yield from _block(finding.statement, "sql")
    rows = [row for row in (words.locks(finding.claim), words.upgrade(finding), words.fix(finding)) if row]
    if rows:
        yield "\n".join(f"- {text(row)}" for row in rows)
    instead = list(_block(finding.instead, "python"))
    if instead:
        yield from ("Instead:", *instead)


def _block(content: str, language: str) -> Iterator[str]:
    """*content* as a block of code; nothing where it has no text."""
    lines = textwrap.dedent("\n".join(visible.lines(content))).split("\n")
    shown = [visible.cut(line, BLOCK_WIDTH) for line in lines[:BLOCK_LINES]]
    if any(shown):
        yield fenced("\n".join([*shown, *(["…"] if len(lines) > BLOCK_LINES else [])]), language)


def text(content: str) -> str:
    """*content* on one line, as text: nothing in it is markup, HTML or a mention."""
    escaped = MARKUP.sub(r"\\\1", visible.one_line(content))
    return "".join(HTML.get(each, each) for each in escaped)


def html(content: str) -> str:
    """*content* on one line, as text inside of HTML."""
    return "".join(HTML.get(each, each) for each in visible.one_line(content))


def code(content: str) -> str:
    """*content* on one line as a code span."""
    line = visible.one_line(content)
    if "|" in line:
        return f"<code>{text(line)}</code>"
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fenced(content: str, language: str = "text") -> str:
    """*content* as a block of code, in a fence that nothing in it can close."""
    fence = "`" * max(3, _longest_run(content) + 1)
    return f"{fence}{language}\n{content}\n{fence}"


def _longest_run(content: str) -> int:
    return max((len(run) for run in re.findall("`+", content)), default=0)
