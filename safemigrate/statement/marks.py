"""What the author of a revision says about its statements: where it is said, and how it reaches them.

In a ``with`` block or a directive of :mod:`safemigrate.ops` (the context variable here), in a comment of the revision
file (:mod:`safemigrate.capture.comments`), or in a comment of the SQL itself::

    # safemigrate: as-written the table is empty in production        -- safemigrate: as-written …
    # safemigrate: ignore[rule, rule] reason                           # safemigrate: ignore-file[rule] reason

A mark without a reason is a mark. A comment that begins as a mark and is none is never passed over in silence: it
comes back as :class:`Unknown`, to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from safemigrate.statement import Ignore, Marks, parser

NO_REASON = "marked so"
KNOWN = "as-written, ignore[rule], ignore-file[rule]"

_BEGIN = re.compile(r"safemigrate\s*:", re.IGNORECASE)
_COMMENT = re.compile(r"(?:#|--|/\*)[\s*#-]*safemigrate\s*:\s*(?P<text>.*?)(?:\*/)?\s*\Z", re.IGNORECASE | re.DOTALL)
_AS_WRITTEN = re.compile(r"as[-_ ]written\b[\s:,–—-]*(?P<reason>.*)", re.IGNORECASE | re.DOTALL)
_IGNORE = re.compile(
    r"ignore(?P<file>-file)?(?:\s*\[(?P<rules>[^\]]*)\])?(?![\w\[-])[\s:,–—-]*(?P<reason>.*)", re.IGNORECASE | re.DOTALL
)

_current: ContextVar[Marks] = ContextVar("safemigrate_marks", default=Marks())  # noqa: B039 -- it is frozen


@dataclass(frozen=True, slots=True)
class Unknown:
    """A comment that begins with ``safemigrate:`` and says nothing that we know."""

    text: str

    def __str__(self) -> str:
        return f'unknown mark "{self.text[:60]}"; known: {KNOWN}'


def current() -> Marks:
    """The marks of what is emitted now."""
    return _current.get()


@contextmanager
def as_written(reason: str) -> Iterator[None]:
    """Statements emitted in the block run as they are written; the innermost reason is told."""
    with _within(replace(current(), as_written=reason.strip() or NO_REASON)):
        yield


@contextmanager
def batched(key: tuple[str, ...]) -> Iterator[None]:
    """Statements emitted in the block run in batches along *key*, () for the primary key."""
    with _within(replace(current(), batched=True, key=key)):
        yield


@contextmanager
def _within(marks: Marks) -> Iterator[None]:
    token = _current.set(marks)
    try:
        yield
    finally:
        _current.reset(token)


def joined(several: Sequence[Marks]) -> Marks:
    """All of them; of two reasons the first."""
    return Marks(
        as_written=next((marks.as_written for marks in several if marks.as_written), ""),
        batched=any(marks.batched for marks in several),
        key=next((marks.key for marks in several if marks.key), ()),
        ignores=tuple(dict.fromkeys(ignore for marks in several for ignore in marks.ignores)),
    )


def of_comment(comment: str, line: int = 0) -> Marks | Unknown | None:
    """What a comment, with its signs, says; None for one that does not speak to us. *line* is told in an ignore."""
    found = _COMMENT.match(comment)
    if found is None:
        return None
    text = found["text"]
    if mark := _AS_WRITTEN.match(text):
        return Marks(as_written=" ".join(mark["reason"].split()) or NO_REASON)
    if mark := _IGNORE.match(text):
        rules = tuple(name.strip() for name in (mark["rules"] or "").split(",") if name.strip())
        return Marks(ignores=(Ignore(rules, " ".join(mark["reason"].split()), bool(mark["file"]), line),))
    return Unknown(" ".join(text.split()))


def may_speak(text: str) -> bool:
    """Whether it is worth looking for marks among the comments of *text*."""
    return _BEGIN.search(text) is not None


def of_sql(text: str, pieces: Sequence[str]) -> tuple[list[Marks], list[Unknown]]:
    """The marks of each of the *pieces* that *text* was split into, and the comments that are none.

    A comment belongs to the statement that it stands in, or that ended before it on the same line, or else the next.
    """
    marks = [Marks()] * len(pieces)
    unknown: list[Unknown] = []
    if not pieces or not may_speak(text):
        return marks, unknown
    spans = list(_spans(text, pieces))
    for start, comment in parser.comments(text):
        said = of_comment(comment)
        if isinstance(said, Unknown):
            unknown.append(said)
        elif said is not None:
            index = _belongs(start, text, spans)
            marks[index] = joined([marks[index], said])
    return marks, unknown


def _spans(text: str, pieces: Sequence[str]) -> Iterator[tuple[int, int]]:
    end = 0
    for piece in pieces:
        start = max(text.find(piece, end), end)
        end = start + len(piece)
        yield start, end


def _belongs(place: int, text: str, spans: Sequence[tuple[int, int]]) -> int:
    following = next((index for index, (_start, end) in enumerate(spans) if place < end), len(spans))
    within = following < len(spans) and spans[following][0] <= place
    behind = following > 0 and "\n" not in text[spans[following - 1][1] : place]
    return min(following - (behind and not within), len(spans) - 1)
