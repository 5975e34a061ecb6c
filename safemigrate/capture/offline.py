"""One revision read without a database: everything that it would send, as far as empty tables let it come.

Like reading ahead, but nothing is refused: what would make the revision run whole is noted, and the reading goes on.
Where it ends early, :attr:`Offline.gaps` says so: what was not reached is never taken for harmless.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NoReturn

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from safemigrate.capture import batch, endless, network, nowhere, recorder, swap
from safemigrate.statement import Origin, Statement

REPEATED, ENDLESS = 20, 5_000
"""How often the same statement of the same line is kept, and from when on the line is a loop without an end."""

MOST = 10_000
"""Statements of one revision that are kept."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement as it would be sent.

    *autocommit* is the number of the ``autocommit_block()`` that it is in, from 1; 0 for none. *certain* is False for
    what was read from the source only: it may not run, or with other values. *existing_type* is the type that
    ``op.alter_column`` says the column has, "" where it does not say. *together* is the number of the text of several
    statements that it was sent in, from 1, and 0 where it was sent alone: PostgreSQL runs such a text as one
    transaction, also where none is open (manual, "Multiple Statements in a Simple Query").
    """

    statement: Statement
    autocommit: int = 0
    certain: bool = True
    existing_type: str = ""
    together: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not seen: *why*, and from which *line* of the revision file on (0: anywhere in it)."""

    why: str
    line: int = 0


class Offline(recorder.Recorder):
    """Records all that comes over any connection; answers what is asked as if every table were empty."""

    def __init__(self, connection: sa.Connection, source: str, text: str | None = None) -> None:
        super().__init__(connection, source, text=text)
        self.blocks: list[int] = []
        self.existing_types: list[str] = []
        self.togethers: list[int] = []
        self.gaps: list[Gap] = []
        self.reads: list[int] = []
        """The lines that asked the database for rows."""
        self.asks: list[int] = []
        """The lines that asked the inspector what is there."""
        self.whole = ""
        """Why the revision would run whole; the first reason."""
        self._block = 0
        self._times: Counter[str] = Counter()
        self._times_here: Counter[tuple[str, int]] = Counter()

    @property
    def sent(self) -> list[Sent]:
        # A revision that ran out of stack may have broken off while its last statement was noted.
        told = zip(self.statements, self.blocks, self.existing_types, self.togethers, strict=False)
        return [Sent(each, block, existing_type=type_, together=text) for each, block, type_, text in told]

    def refuse(self, reason: str) -> Any:
        self.whole = self.whole or reason

    def _concerns(self, context: Any) -> bool:
        return True

    def _meet(self, text: str, cursor: Any, context: Any, pieces: list[str] | None = None) -> bool:
        if self._too_often(text):
            self._answer(text, cursor, context)
            return True
        before = len(self.statements)
        if before >= MOST:
            self._stop(f"it sends more than {MOST:,} statements, and the others were not read")
        recorded = super()._meet(text, cursor, context, pieces)
        self._number()
        new = len(self.statements) - before
        self.existing_types[before:] = [_existing_type(context)] * new
        if new > 1:
            self.togethers[before:] = [max(self.togethers) + 1] * new
        return recorded

    def _too_often(self, text: str) -> bool:
        """Whether the very same was sent from the very same line REPEATED times: once more says nothing new."""
        self._times[text] += 1
        if self._times[text] <= REPEATED:
            return False
        here = (text, self.line())
        self._times_here[here] += 1
        if self._times_here[here] > ENDLESS:
            self._stop("it sends the same statement again and again without an end")
        return self._times_here[here] > REPEATED

    def _stop(self, why: str) -> NoReturn:
        """Leave the revision; the gap stands, whatever it catches."""
        self.gaps.append(Gap(why, self.line()))
        raise endless.Endless(why)

    def _answer(self, text: str, cursor: Any, context: Any) -> None:
        cursor.execute(text)

    def _number(self) -> None:
        new = len(self.statements) - len(self.blocks)
        self.blocks += [self._block] * new
        self.existing_types += [""] * new
        self.togethers += [0] * new

    def _read(self, text: str) -> None:
        super()._read(text)
        self.reads.append(self.line())

    def ask(self) -> None:
        if line := self.line():
            self.asks.append(line)

    def line(self) -> int:
        """The line of the revision file that is being run; 0 where none is."""
        lines = batch.lines_of(recorder.caller(), self.source)
        return lines[0] if lines else 0

    def _engine_connect(self, connection: sa.Connection) -> None:
        if connection is not self.connection:
            self.refuse("opens a connection of its own")

    def _ends(self, word: str) -> None:
        """COMMIT or ROLLBACK through the bind, which reaches SQLAlchemy as an event."""
        line = self.line()
        if line:
            self.statements.append(Statement(word, Origin(self.source, line), via="bind"))
            self._number()

    def _hooks(self) -> list[tuple[Any, str, Any]]:
        return [*super()._hooks(), (self.connection, "commit", lambda _connection: self._ends("COMMIT"))]

    def _rollback(self, connection: sa.Connection) -> None:
        super()._rollback(connection)
        self._ends("ROLLBACK")

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        """What stands in for Alembic's: the statements within know that each is on its own."""
        before, self._block = self._block, max([self._block, *self.blocks], default=0) + 1
        try:
            yield
        finally:
            self._block = before


def read(
    migrate: Callable[[], object],
    context: MigrationContext,
    connection: sa.Connection,
    source: str,
    text: str | None = None,
) -> Offline:
    """Run *migrate* of the file *source* over *connection*, of an engine that leads nowhere (see ``nowhere``).

    *text* is what stands in the file, where that is known.
    """
    record = Offline(connection, source, text)
    with recording(record, context):
        try:
            with endless.bounded() as bound:
                migrate()
            if bound.why:
                record.gaps.append(Gap(bound.why))
        except endless.Endless as error:
            if not record.gaps:
                record.gaps.append(Gap(str(error), _line(source, error)))
        except RecursionError:
            record.gaps.append(Gap("it calls itself without an end", 0))
        except (Exception, SystemExit, network.NetworkUse) as error:
            record.gaps.append(Gap(_why(error), _line(source, error)))
    return record


@contextmanager
def recording(record: Offline, context: MigrationContext) -> Iterator[None]:
    """Within the block all that *context* and its connection send goes to *record*."""
    connection = record.connection
    if not connection.in_transaction():
        connection.begin()
    try:
        with (
            swap.connection(context, connection, autocommit_block=record.autocommit_block),
            recorder.operations(context, record),
            batch.lines(record.source),
            network.refused(),
            nowhere.noticing(connection, record.ask),
            record.listening(),
        ):
            yield
    finally:
        with suppress(Exception):
            if connection.in_transaction():
                connection.rollback()


def _existing_type(context: Any) -> str:
    """What ``existing_type=`` of the operation said whose SQL this *context* of SQLAlchemy's is about to execute."""
    existing = getattr(getattr(context.compiled, "statement", None), "existing_type", None)
    if existing is None:
        return ""
    with suppress(sa.exc.CompileError):
        return str(existing.compile(dialect=context.dialect))
    return ""


def _why(error: BaseException) -> str:
    if isinstance(error, network.NetworkUse):
        return f"it {error}"
    cause: Any = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or ["no message"]
    return f"{type(cause).__name__}: {lines[0][:200]}"


def _line(source: str, error: BaseException) -> int:
    """The innermost line of the file *source* that *error* came through."""
    trace = error.__traceback__
    found = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == source:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found
