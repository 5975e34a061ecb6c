"""Where a finding points: the lines of the Python statement that emits the SQL."""

from __future__ import annotations

import ast
import re
import textwrap
from functools import lru_cache

from safemigrate.capture import comments
from safemigrate.capture.offline import Sent
from safemigrate.findings import Place
from safemigrate.lint.history import source
from safemigrate.lint.history.reading import Reading


def of(reading: Reading, sent: Sent | None, line: int | None) -> Place:
    """The place of *line*, else of *sent*, else the revision as a whole."""
    if line is None:
        line = sent.statement.origin.line if sent and sent.statement.origin else 0
    if not line:
        return Place(reading.path)
    first, last = span(reading.text, line)
    return Place(reading.path, first, _column(reading.text, first), last)


def at(path: str, text: str, line: int) -> Place:
    """The place of one *line* of *text*, whatever stands on it; the file as a whole for 0."""
    return Place(path, line, _column(text, line), line) if line else Place(path)


def function(text: str, line: int) -> str:
    """The name of the function at the top of *text* that *line* is in; "" outside of all."""
    return next((name for name, first, last in _functions(text) if first <= line <= last), "")


def span(text: str, line: int) -> tuple[int, int]:
    """The first and the last line of the innermost Python statement that *line* of *text* belongs to."""
    return next((each for each in _spans(text) if each[0] <= line <= each[1]), (line, line))


def excerpt(text: str, line: int) -> str:
    """The lines of the statement that *line* of *text* belongs to, without their indentation."""
    first, last = span(text, line)
    return textwrap.dedent("\n".join(lines(text)[first - 1 : last]))


@lru_cache(maxsize=64)
def lines(text: str) -> tuple[str, ...]:
    """The lines of *text* as Python counts them: a form feed or U+2028 within one does not end it."""
    return tuple(re.split(r"\r\n|\r|\n", text))


@lru_cache(maxsize=64)
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(comments.spans(source.parsed(text)), key=lambda each: each[1] - each[0]))


@lru_cache(maxsize=64)
def _functions(text: str) -> tuple[tuple[str, int, int], ...]:
    found = [node for node in source.parsed(text).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return tuple((node.name, node.lineno, node.end_lineno or node.lineno) for node in found)


def _column(text: str, line: int) -> int:
    found = lines(text)
    if not 0 < line <= len(found):
        return 1
    return len(found[line - 1]) - len(found[line - 1].lstrip()) + 1
