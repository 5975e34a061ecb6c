"""Records what one connection is asked to execute, and decides what may be answered meanwhile.

A read through the bind is sent; everything else is kept as a :class:`Statement` and not sent. Where the answer would
matter (data written through the bind, reading back one's own changes), the revision is stopped with MustRunWhole.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Literal

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from safemigrate import statement as statements
from safemigrate.capture import batch, literal
from safemigrate.capture.comments import Comments
from safemigrate.statement import Marks, Origin, Statement, forms, marks, read

READ_ONLY = "25006"
"""SQLSTATE read_only_sql_transaction: what a write disguised as a read meets in the read-only session."""

_CATALOGS = ("pg_catalog", "information_schema", "pg_")

_FOR_THE_SESSION = ("set_config", "setseed", "pg_notify", "pg_advisory_", "pg_try_advisory_", "dblink")
"""How the names of functions begin whose effect is on the session or the transaction: which are others when reading
ahead, and others again for each step."""


class MustRunWhole(BaseException):
    """Why the revision cannot be cut into steps; a BaseException, so that its own ``except`` lets it pass."""


def caller() -> FrameType:
    """The frame of whoever asks."""
    return sys._getframe(1)


def sqlstate(error: object) -> str | None:
    """The SQLSTATE of a driver's error: psycopg and asyncpg say ``sqlstate``, psycopg2 says ``pgcode``."""
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return state if isinstance(state, str) else None


class Recorder:
    """The statements of the file *source* (its *text*, where that is known), as they come to *connection*."""

    def __init__(
        self, connection: sa.Connection, source: str, *, declared: bool = False, text: str | None = None
    ) -> None:
        self.connection = connection
        self.source = source
        self.declared = declared
        self.statements: list[Statement] = []
        self.comments = Comments(source, text)
        self.notes: list[str] = [*self.comments.unknown]
        self.reads_rows = False
        self.in_operation = 0
        self.refused = ""
        """Why the revision has to run whole: kept here too, because a bare ``except:`` may swallow MustRunWhole."""
        self._touched: set[str] = set()
        self._changes_data = False
        self._changes_session = False

    def refuse(self, reason: str) -> None:
        """Stop the revision; whatever it catches, nothing of it is recorded or sent any more."""
        self.refused = self.refused or reason
        raise MustRunWhole(self.refused)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Stand between the connection and its driver until the end of the block."""
        hooks = self._hooks()
        for target, name, hook in hooks:
            sa.event.listen(target, name, hook)
        try:
            yield
        finally:
            for target, name, hook in hooks:
                sa.event.remove(target, name, hook)

    def _hooks(self) -> list[tuple[Any, str, Any]]:
        engine = self.connection.engine
        return [
            (engine, "do_execute", self._do_execute),
            (engine, "do_executemany", self._do_executemany),
            (engine, "do_execute_no_params", self._do_execute_no_params),
            (engine, "handle_error", self._error),
            # Of whatever engine: a revision may make one of its own.
            (sa.Engine, "engine_connect", self._engine_connect),
            (self.connection, "rollback", self._rollback),
            (self.connection, "savepoint", self._savepoint),
        ]

    def _concerns(self, context: Any) -> bool:
        """Whether a statement, with SQLAlchemy's execution *context*, comes over the connection that is recorded."""
        return context.root_connection is self.connection

    def _engine_connect(self, connection: sa.Connection) -> None:
        if connection is not self.connection:
            self.refuse("opens a connection of its own")

    def _rollback(self, _connection: sa.Connection) -> None:
        if self.statements:
            self.refuse("rolls back what it has done")

    def _savepoint(self, _connection: sa.Connection, _name: str) -> None:
        self.refuse("sets a savepoint, so that something in it may fail")

    def _error(self, error: sa.engine.ExceptionContext) -> None:
        if sqlstate(error.original_exception) == READ_ONLY:
            self.refused = self.refused or "changes something through a SELECT on the bind"

    def _do_execute(self, cursor: Any, text: str, parameters: Any, context: Any) -> bool:
        if not self._concerns(context):
            return False
        return self._meet(literal.render(text, parameters, context.dialect.paramstyle), cursor, context)

    def _do_execute_no_params(self, cursor: Any, text: str, context: Any) -> bool:
        if not self._concerns(context):
            return False
        return self._meet(text, cursor, context)

    def _do_executemany(self, cursor: Any, text: str, parameters: Any, context: Any) -> bool:
        if not self._concerns(context):
            return False
        style = context.dialect.paramstyle
        rows = statements.join(literal.render(text, row, style) for row in parameters)
        return self._meet(rows, cursor, context, pieces=[rows])

    def _meet(self, text: str, cursor: Any, context: Any, pieces: list[str] | None = None) -> bool:
        """Whether the statement was recorded (True: do not send it) or may be sent as a read."""
        if self.refused:
            self.refuse(self.refused)
        via: Literal["op", "bind"] = "op" if self.in_operation else "bind"
        together = pieces is not None
        origin, said = self._place(sys._getframe(1))
        pieces = pieces or statements.split(text)
        new = [
            Statement(piece, origin, via, together, marks.joined([*said, own]))
            for piece, own in zip(pieces, self._in_sql(text, pieces, origin), strict=True)
        ]
        self._refuse_session(new)
        if via == "bind" and all(_reads(statement) for statement in new):
            self._read(text)
            return False
        self._refuse_savepoints(new)
        if via == "bind" and not self.declared:
            self._refuse_data(new)
        self.statements += new
        for statement in new:
            self._touched |= read.names(statement.sql)
            self._changes_data |= any(_reaches_far(form) for form in statement.forms)
            self._changes_session |= any(isinstance(form, forms.Set) and _matters(form) for form in statement.forms)
        self._answer(text, cursor, context)
        return True

    def _answer(self, _text: str, cursor: Any, context: Any) -> None:
        """Give SQLAlchemy an empty answer of the right shape where it will look for returned rows."""
        columns = getattr(getattr(context, "compiled", None), "_result_columns", None)
        if columns:
            names = ", ".join(f'NULL AS "{column.keyname}"' for column in columns)
            cursor.execute(f"SELECT {names} WHERE false")

    def _refuse_savepoints(self, new: list[Statement]) -> None:
        for statement in new:
            for form in statement.forms:
                if isinstance(form, forms.Transaction) and form.kind.startswith(("savepoint", "rollback")):
                    self.refuse(f"says {form.kind.upper()}")

    def _refuse_data(self, new: list[Statement]) -> None:
        for statement in new:
            if any(isinstance(form, forms.Write) for form in statement.forms):
                where = f" (line {statement.origin.line})" if statement.origin else ""
                self.refuse(f"writes data through get_bind() or a Session{where}")

    def _refuse_session(self, new: list[Statement]) -> None:
        called = {name for statement in new for form in statement.forms for name in _functions(form)}
        for name in sorted(called):
            if name.startswith(_FOR_THE_SESSION):
                self.refuse(f"calls {name}, which is about its session or its transaction")
        for form in (form for statement in new for form in statement.forms):
            if isinstance(form, forms.Set) and form.name in ("role", "session_authorization"):
                self.refuse("changes its role, which may not write the journal")

    def _read(self, text: str) -> None:
        if self._changes_session:
            self.refuse("reads under a setting that it has made")
        if self._touched and not self.declared and not _independent(text, self._touched, self._changes_data):
            self.refuse("reads back what it changes")
        self.reads_rows = True

    def _place(self, frame: FrameType) -> tuple[Origin | None, list[Marks]]:
        """The line that emits what *frame* is sending, and what is said about it there and further out."""
        queued = batch.flushed(frame)
        lines = (*(queued.lines if queued else ()), *batch.lines_of(frame, self.source))
        said = [*([queued.marks] if queued else []), marks.current(), *map(self.comments.at, lines)]
        return Origin(self.source, lines[0]) if lines else None, said

    def _in_sql(self, text: str, pieces: list[str], origin: Origin | None) -> list[Marks]:
        """What the comments in *text* say about each of its *pieces*."""
        found, unknown = marks.of_sql(text, pieces)
        where = f"line {origin.line}: " if origin else ""
        self.notes += [f"{where}{each}" for each in unknown]
        return found


def _reads(statement: Statement) -> bool:
    return all(isinstance(form, forms.Select) for form in statement.forms)


def _functions(form: forms.Form) -> tuple[str, ...]:
    return form.functions if isinstance(form, forms.Select) else ()


def _reaches_far(form: forms.Form) -> bool:
    """Whether it may change rows of more than it names: by a trigger, a cascade, a function, as seen in a view."""
    return isinstance(form, (forms.Write, forms.Truncate, forms.Do, forms.Unknown, forms.Select))


def _matters(setting: forms.Set) -> bool:
    """Whether a setting changes what a read finds; timeouts and amounts of memory do not."""
    return not setting.constraints and not setting.name.endswith(("_timeout", "_mem"))


def _independent(text: str, touched: set[str], changes_data: bool) -> bool:
    """Whether a read cannot see what the recorded statements would have changed.

    A read that names none of the touched things sees the same before and after, unless *changes_data*: rows change
    behind other names as well. One that walks the catalog as a whole names nothing and sees everything, so it counts as
    dependent unless it asks for something by name.
    """
    literals = read.literals(text)
    if (read.names(text) | literals) & touched:
        return False
    if not any(name in text for name in _CATALOGS):
        return not changes_data
    return any(len(value) > 1 and not value.startswith(_CATALOGS) and value != "public" for value in literals)


@contextmanager
def operations(context: MigrationContext, recorder: Recorder) -> Iterator[None]:
    """Know the statements that come from an operation: their results are thrown away, so they may be recorded."""
    original = context.impl._exec

    def through_operation(*positional: Any, **named: Any) -> Any:
        recorder.in_operation += 1
        try:
            return original(*positional, **named)
        finally:
            recorder.in_operation -= 1

    context.impl._exec = through_operation  # type: ignore[method-assign]
    try:
        yield
    finally:
        del context.impl._exec
