"""Marks in the comments of a revision file: ``# safemigrate: as-written <reason>``, ``# safemigrate: ignore[rule]``.

A mark counts for the call whose lines it stands on, or that follows it directly. It never changes what the file does,
and a comment that looks like a mark but is none is told.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from safemigrate.statement import Marks, marks

NOTHING = Marks()


class Comments:
    """The marks in the file *source* (in *text*, where that is given), by line; none where it cannot be read."""

    def __init__(self, source: str, text: str | None = None) -> None:
        self.said: dict[int, Marks] = {}
        self.strange: dict[int, marks.Unknown] = {}
        """Comments that look like a mark and are none."""
        self._alone: set[int] = set()
        self._spans: list[tuple[int, int]] = []
        try:
            if text is None:
                with tokenize.open(source) as file:
                    text = file.read()
            if marks.may_speak(text):
                self._read(text)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
            # What cannot be read is not what Python has loaded: then there is nobody to ask.
            return

    def _read(self, text: str) -> None:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                self._note(token)
        if self.said:
            self._spans = sorted(spans(ast.parse(text)), key=lambda span: span[1] - span[0])

    def _note(self, token: tokenize.TokenInfo) -> None:
        line = token.start[0]
        if token.line.lstrip().startswith("#"):
            self._alone.add(line)
        said = marks.of_comment(token.string, line)
        if isinstance(said, marks.Unknown):
            self.strange[line] = said
        elif said is not None:
            self.said[line] = said

    @property
    def unknown(self) -> list[str]:
        """What there is to be told about the comments that are no marks."""
        return [f"line {line}: {said}" for line, said in self.strange.items()]

    def at(self, line: int) -> Marks:
        """The marks of the statement of Python that *line* is in."""
        if not self.said:
            return NOTHING
        return marks.joined([self.said[number] for number in self._lines(line) if number in self.said])

    def _lines(self, line: int) -> Iterator[int]:
        """The lines whose comments count for *line*: those of its statement, and of the comment directly above it."""
        first, last = next((span for span in self._spans if span[0] <= line <= span[1]), (line, line))
        yield from range(first, last + 1)
        yield from self._above(first)

    def _above(self, line: int) -> Iterator[int]:
        """The lines of the comment directly above *line*; what stands behind code there belongs to that code."""
        while (line := line - 1) in self._alone:
            yield line


def spans(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """The first and the last line of each statement; of one with a body, of its head only."""
    rest: list[ast.AST] = [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, ast.stmt):
            yield node.lineno, _last_line(node)
        rest.extend(inner(node))


def inner(node: ast.AST) -> Iterator[ast.AST]:
    """The statements, and what holds statements, directly within *node*: an expression holds none."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield child


def _last_line(node: ast.stmt) -> int:
    children = list(ast.iter_child_nodes(node))
    head = [child for child in children if not isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case))]
    if len(head) == len(children):
        return node.end_lineno or node.lineno
    return max([node.lineno, *(getattr(each, "end_lineno", 0) for child in head for each in ast.walk(child))])
