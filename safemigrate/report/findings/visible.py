"""Text that others wrote, made safe to show: nothing in it is obeyed by a terminal, and its width is known.

A migration may hold anything: escape sequences, marks that turn the direction of writing, half of a surrogate pair.
What is not printable is shown as Python would write it, such as ``\\x1b``, so that it is seen instead of obeyed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

TAB = 4
"""Cells from one tab stop to the next."""

SPARE = 4
"""Characters looked at for each cell that is asked for: enough for marks that combine, and an end to endless lines."""


def visible(text: str) -> str:
    """*text* with every character that is not printable as its escape; line breaks too."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def one_line(text: str) -> str:
    """*text* on one line, every run of white space as one space."""
    return visible(" ".join(text.split()))


def lines(text: str) -> list[str]:
    """The lines of *text* with tabs as spaces, without blank lines at either end and spaces at the right."""
    shown = [source_line(line) for line in text.splitlines()]
    filled = [number for number, line in enumerate(shown) if line]
    return shown[filled[0] : filled[-1] + 1] if filled else []


def source_line(line: str) -> str:
    """One line of a file as it is shown, without its line break."""
    return indented(line.rstrip())


def indented(text: str) -> str:
    """*text* with tabs as spaces; unlike source_line, spaces at the right stay."""
    return visible(text.expandtabs(TAB))


def cells(text: str) -> int:
    """How many cells of a terminal *text* takes; it has to be visible already."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, room: int, left: int = 0) -> str:
    """At most *room* cells of *text*, from cell number *left* on; an ellipsis stands where something is missing."""
    looked_at = text[: SPARE * (left + room + 1)]
    rest = _from_cell(looked_at, left)
    if len(looked_at) == len(text) and cells(rest) <= room:
        return rest
    return _up_to(rest, room - 1) + "…"


def _from_cell(text: str, left: int) -> str:
    if not left:
        return text
    at = 0
    for number, character in enumerate(text):
        if at > left:
            # A wide character may lie across the edge: what follows stays where it was.
            return "…" + " " * (at - left - 1) + text[number:]
        at += _width(character)
    return "…" if text else ""


def _up_to(text: str, room: int) -> str:
    at = 0
    for number, character in enumerate(text):
        at += _width(character)
        if at > room:
            return text[:number]
    return text


def wrap(text: str, room: int) -> list[str]:
    """*text*, one line, as lines of at most *room* cells, broken between words where that is possible."""
    rows: list[str] = []
    for word in _words(text, room):
        if rows and cells(rows[-1]) + 1 + cells(word) <= room:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _words(text: str, room: int) -> Iterator[str]:
    """The words of *text*; one that is longer than *room* comes in pieces."""
    for word in text.split(" "):
        piece = ""
        for character in word if cells(word) > room else (word,):
            if cells(piece) + cells(character) > room and piece:
                yield piece
                piece = ""
            piece += character
        if piece:
            yield piece
