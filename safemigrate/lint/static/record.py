"""The recorder of what is read from a source: it knows how certain each statement is, and fills in what is unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from safemigrate.capture.comments import Comments
from safemigrate.capture.offline import Gap, Offline, Sent
from safemigrate.lint.static.fill import filled
from safemigrate.lint.static.values import marked


class Read(Offline):
    """Records what is read from *text*, the source of the file *path*. *certain* is what the statements now are."""

    def __init__(self, connection: sa.Connection, path: str, text: str) -> None:
        super().__init__(connection, path)
        self.comments = Comments(path, text)
        self.notes = [*self.comments.unknown]
        self.certain = True
        self.queued_in_doubt: set[int] = set()
        """Lines that put something into a batch, of which it is not certain that they run."""
        self._certainties: list[bool] = []

    @property
    def sent(self) -> list[Sent]:
        told = zip(super().sent, self._certainties, strict=True)
        return [replace(each, certain=certain) for each, certain in told]

    def gap(self, why: str, line: int) -> None:
        """Note what was not seen, once."""
        found = Gap(why, line)
        if found not in self.gaps:
            self.gaps.append(found)

    def _meet(self, text: str, cursor: Any, context: Any, pieces: list[str] | None = None) -> bool:
        if not marked(text):
            return super()._meet(text, cursor, context, pieces)
        certain, self.certain = self.certain, False
        try:
            text, parses = filled(text)
            if not parses:
                self.gap("sends SQL of which too much is not known", self.line())
            return super()._meet(text, cursor, context, [text] if pieces else None)
        finally:
            self.certain = certain

    def _number(self) -> None:
        super()._number()
        for statement in self.statements[len(self._certainties) :]:
            line = statement.origin.line if statement.origin else 0
            self._certainties.append(self.certain and line not in self.queued_in_doubt)
