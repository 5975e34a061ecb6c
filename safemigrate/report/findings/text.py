"""Findings for people at a terminal: the lines of the revision, what is wrong with them, what to write instead.

Without *colour* the text has no escape sequence at all, and it is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.findings import Finding, Findings, Severity
from safemigrate.report.findings import excerpt, visible, words
from safemigrate.report.findings.excerpt import Excerpt, Sources

LABEL_WIDTH = 8
NARROWEST = 40
SQL_ROWS = 3
"""Rows of SQL that are worth showing; the JSON has all of it."""

BOLD, DIM, BLUE, GREEN = "1", "2", "1;34", "32"
SEVERITY: dict[Severity, str] = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


class Paint:
    """Puts text in colour, or leaves it as it is."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and text.strip() else text


def render(findings: Findings, *, sources: Sources, colour: bool = False, width: int = 100) -> str:
    """*findings* one after the other, in the order given, then the sums. Excerpts and rows fit into *width* cells."""
    paint = Paint(colour=colour)
    room = max(NARROWEST, width)
    blocks = ["\n".join(_finding(finding, sources, paint, room)) for finding in findings.found]
    return "\n\n".join([*blocks, "\n".join(_sums(findings, paint, room))])


def _finding(finding: Finding, sources: Sources, paint: Paint, width: int) -> Iterator[str]:
    shown = excerpt.of(finding.place, sources)
    gutter = len(str(max((line.number for line in shown.lines), default=0)))
    tone = SEVERITY[finding.severity]
    yield (
        paint(tone, f"{finding.severity}[{visible.one_line(finding.rule)}]")
        + paint(BOLD, f": {visible.one_line(finding.message)}")
    )
    yield f"{' ' * gutter}{paint(BLUE, '-->')} {words.place(finding)}"
    if shown.lines:
        bar = paint(BLUE, f"{' ' * gutter} |")
        yield from (bar, *_excerpt(shown, gutter, paint, tone, width), bar)
    yield from _rows(finding, shown, gutter + 1, paint, width)


def _excerpt(shown: Excerpt, gutter: int, paint: Paint, tone: str, width: int) -> Iterator[str]:
    """The lines with their numbers; a line of carets under one, a bracket beside several."""
    room = width - gutter - 3 - (2 if shown.several else 0)
    left = max(0, shown.start - room // 3) if shown.start > room * 2 // 3 else 0
    bars = _bracket(shown) if shown.several else [""] * len(shown.lines)
    last = [line for line in shown.lines if line.marked][-1]
    for line, bar in zip(shown.lines, bars, strict=True):
        number = str(line.number) if line.number else "…"
        code = visible.cut(line.text, room, left)
        body = f" {bar}{code}".rstrip()
        edge = len(bar) + 1
        yield paint(BLUE, f"{number:>{gutter}} |") + paint(tone, body[:edge]) + body[edge:]
        if line is last:
            end = min(shown.end - left, visible.cells(code))
            yield paint(BLUE, f"{'':>{gutter}} |") + " " + _mark(shown, shown.start - left, end, paint, tone)


def _mark(shown: Excerpt, start: int, end: int, paint: Paint, tone: str) -> str:
    if shown.several:
        return paint(tone, f"|{'_' * max(1, end)}^")
    return " " * start + paint(tone, "^" * max(1, end - start))


def _bracket(shown: Excerpt) -> list[str]:
    """What stands at the left of each line where the statement has several."""
    first = next(index for index, line in enumerate(shown.lines) if line.marked)
    return ["/ " if index == first else "| " if line.marked else "  " for index, line in enumerate(shown.lines)]


def _rows(finding: Finding, shown: Excerpt, margin: int, paint: Paint, width: int) -> Iterator[str]:
    """The labelled rows under the excerpt, then the code to write instead."""
    indent = " " * margin
    room = width - margin - LABEL_WIDTH - 1
    for label, lines in (
        ("sql", _sql(finding, shown, room)),
        ("locks", visible.wrap(words.locks(finding.claim), room)),
        ("upgrade", visible.wrap(words.upgrade(finding), room)),
    ):
        for number, line in enumerate(lines):
            head = paint(BLUE, f"{'' if number else label:<{LABEL_WIDTH}}")
            yield f"{indent}{head} {line}"
    code = visible.lines(finding.instead)
    if code:
        remark = words.fix(finding)
        yield indent + paint(BLUE, "instead") + (f"  ({remark})" if remark else "")
        yield from (f"{indent}    {paint(GREEN, line)}".rstrip() for line in code)


def _sql(finding: Finding, shown: Excerpt, room: int) -> list[str]:
    """The SQL in a few rows; none where the excerpt has it word for word."""
    text = visible.one_line(finding.statement)
    if not text or shown.has(text):
        return []
    rows = visible.wrap(visible.cut(text, room * SQL_ROWS), room)
    return rows if len(rows) <= SQL_ROWS else [*rows[: SQL_ROWS - 1], visible.cut(f"{rows[SQL_ROWS - 1]} …", room)]


def _sums(findings: Findings, paint: Paint, width: int) -> Iterator[str]:
    counts = ", ".join(paint(SEVERITY[severity], text) for severity, text in words.counts(findings))
    rest = words.left_out(findings)
    yield f"{words.checked(findings)}: {counts or paint(GREEN, 'nothing found')}" + (f"; {rest}" if rest else "")
    if findings.found:
        yield paint(DIM, _hint(findings))


def _hint(findings: Findings) -> str:
    """What to call next."""
    rules = {finding.rule for finding in findings.found}
    named = visible.one_line(*rules) if len(rules) == 1 else "RULE"
    fixable = sum(bool(words.fix(finding)) for finding in findings.found)
    corrects = f"; safemigrate lint --fix corrects {fixable} of {len(findings.found)}" if fixable else ""
    return f"safemigrate lint --explain {named} says more{corrects}"
