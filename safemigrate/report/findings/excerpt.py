"""The lines of a revision that a finding is about, with those around them. Nothing here reads files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from safemigrate.findings import Place
from safemigrate.report.findings import visible

Sources = Callable[[str], Sequence[str]]
"""The lines of a file as the check saw it, by the name that findings give it; () where it cannot be read."""

CONTEXT = 2
"""Lines shown before and after the statement."""

LONGEST = 12
HEAD, TAIL = 7, 3
"""A statement of more than LONGEST lines is shown by its first HEAD and its last TAIL lines."""

COMMENT = re.compile(r"""\s{2,}#[^"']*$""")
"""A comment behind code; a number sign inside a string has a quotation mark after it."""


@dataclass(frozen=True, slots=True)
class Line:
    """*text* is visible and has no tabs. *marked*: it belongs to the statement. *number* 0: lines are left out here."""

    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """*lines* with the statement's marked. *start* is the cell of its first line at which the statement begins, *end*
    the cell of its last line before which it ends; *written* is the statement in full, as it stands in the file.
    """

    lines: tuple[Line, ...] = ()
    start: int = 0
    end: int = 0
    written: str = ""

    @property
    def several(self) -> bool:
        return sum(line.marked for line in self.lines) > 1

    def has(self, sql: str) -> bool:
        """Whether *sql* stands in the statement word for word, so that it need not be shown again."""
        return visible.one_line(sql).rstrip("; ") in visible.one_line(self.written)


def of(place: Place, sources: Sources, *, context: int = CONTEXT) -> Excerpt:
    """What *place* points at; empty for a file as a whole and where the line is not in the file."""
    source = sources(place.file) if place.line > 0 else ()
    if not 0 < place.line <= len(source):
        return Excerpt()
    last = min(max(place.line, place.end_line), len(source))
    before = range(max(1, place.line - context), place.line)
    after = range(min(len(source), last + context), last, -1)
    lines = (
        *_filled([_line(source, number, marked=False) for number in before]),
        *_statement(source, place.line, last),
        *reversed(_filled([_line(source, number, marked=False) for number in after])),
    )
    return Excerpt(
        lines,
        start=visible.cells(_before(source[place.line - 1], place.column)),
        end=visible.cells(COMMENT.sub("", visible.source_line(source[last - 1]))),
        written="\n".join(source[place.line - 1 : last]),
    )


def _statement(source: Sequence[str], first: int, last: int) -> list[Line]:
    if last - first < LONGEST:
        return [_line(source, number, marked=True) for number in range(first, last + 1)]
    head = [_line(source, number, marked=True) for number in range(first, first + HEAD)]
    tail = [_line(source, number, marked=True) for number in range(last - TAIL + 1, last + 1)]
    return [*head, Line(0, "", marked=True), *tail]


def _line(source: Sequence[str], number: int, *, marked: bool) -> Line:
    return Line(number, visible.source_line(source[number - 1]), marked)


def _filled(lines: list[Line]) -> list[Line]:
    """*lines* from the first one that is not blank."""
    first = next((index for index, line in enumerate(lines) if line.text), len(lines))
    return lines[first:]


def _before(line: str, column: int) -> str:
    """What stands before *column*; a column that is not on the line is where its text begins."""
    text = line.rstrip()
    length = column - 1 if 1 < column <= len(text) else len(text) - len(text.lstrip())
    return visible.indented(line[:length])
