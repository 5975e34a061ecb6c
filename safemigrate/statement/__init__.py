"""One SQL statement as a migration emits it: its text, where it comes from, and (on demand) what it is.

SQL is the common language of the project: operations, batch operations, ``op.execute`` strings and statements sent
through a bind all become :class:`Statement`, so no rule and no rewrite is written twice. Parameters are rendered as
literals before a Statement is made; its text is exactly what is sent to the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from safemigrate.statement import forms, read


@dataclass(frozen=True, slots=True)
class Origin:
    """The line of the revision file (or of a helper it calls) that emitted a statement."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Ignore:
    """Findings of the linter that the author of a revision knows of: of these *rules*, () where none is named.

    *everywhere*: in the whole file, and not only about the statement. *line* is that of the comment in the revision
    file, 0 for one inside of SQL.
    """

    rules: tuple[str, ...]
    reason: str = ""
    everywhere: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """What the author of a revision says about a statement.

    *as_written*: why it must not be split or batched ("" where it may be). *batched*: batches are asked for, however
    small the table is; *key* are the columns to go by, () for the primary key. *ignores* are for the linter.
    """

    as_written: str = ""
    batched: bool = False
    key: tuple[str, ...] = ()
    ignores: tuple[Ignore, ...] = ()


@dataclass(frozen=True)
class Statement:
    """*sql* is one statement without its semicolon. *via* says whether an operation or the bind emitted it.

    *together*: the text is one statement executed for many rows (``executemany``), and stays one.
    """

    sql: str
    origin: Origin | None = None
    via: Literal["op", "bind"] = "op"
    together: bool = False
    marks: Marks = Marks()

    @cached_property
    def forms(self) -> tuple[forms.Form, ...]:
        """What the text does, one form per action (a multi-action ALTER TABLE has several)."""
        return read.forms(self.sql)


split = read.split


def join(texts: Iterable[str]) -> str:
    """Several statements as one text; a comment at the end of one must not swallow the semicolon after it."""
    *before, last = [*texts] or [""]
    return "".join(f"{text}\n;\n" if "--" in text.rpartition("\n")[2] else f"{text};\n" for text in before) + last
