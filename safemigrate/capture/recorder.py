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
from safemigrate.statement import Origin, Statement, forms, read

READ_ONLY = "25006"
"""SQLSTATE read_only_sql_transaction: what a write disguised as a read meets in the read-only session."""

_CATALOGS = ("pg_catalog", "information_schema", "pg_")


class MustRunWhole(BaseException):
    """Why the revision cannot be cut into steps; a BaseException, so that its own ``except`` lets it pass."""


def sqlstate(error: object) -> str | None:
    """The SQLSTATE of a driver's error: psycopg and asyncpg say ``sqlstate``, psycopg2 says ``pgcode``."""
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return state if isinstance(state, str) else None


class Recorder:
    """The statements of the file *source*, as they come to *connection*."""

    def __init__(self, connection: sa.Connection, source: str, *, declared: bool = False) -> None:
        self.connection = connection
        self.source = source
        self.declared = declared
        self.statements: list[Statement] = []
        self.notes: list[str] = []
        self.reads_rows = False
        self.in_operation = 0
        self._touched: set[str] = set()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Stand between the connection and its driver until the end of the block."""
        engine = self.connection.engine
        hooks: list[tuple[str, Any]] = [
            ("do_execute", self._do_execute),
            ("do_executemany", self._do_executemany),
            ("do_execute_no_params", self._do_execute_no_params),
            ("engine_connect", self._engine_connect),
        ]
        for name, hook in hooks:
            sa.event.listen(engine, name, hook)
        sa.event.listen(self.connection, "rollback", self._rollback)
        sa.event.listen(self.connection, "savepoint", self._savepoint)
        try:
            yield
        finally:
            sa.event.remove(self.connection, "savepoint", self._savepoint)
            sa.event.remove(self.connection, "rollback", self._rollback)
            for name, hook in hooks:
                sa.event.remove(engine, name, hook)

    def _engine_connect(self, connection: sa.Connection) -> None:
        if connection is not self.connection:
            raise MustRunWhole("opens a connection of its own")

    def _rollback(self, _connection: sa.Connection) -> None:
        if self.statements:
            raise MustRunWhole("rolls back what it has done")

    def _savepoint(self, _connection: sa.Connection, _name: str) -> None:
        raise MustRunWhole("sets a savepoint, so that something in it may fail")

    def _do_execute(self, cursor: Any, text: str, parameters: Any, context: Any) -> bool:
        if context.root_connection is not self.connection:
            return False
        return self._meet(literal.render(text, parameters, context.dialect.paramstyle), cursor, context)

    def _do_execute_no_params(self, cursor: Any, text: str, context: Any) -> bool:
        if context.root_connection is not self.connection:
            return False
        return self._meet(text, cursor, context)

    def _do_executemany(self, cursor: Any, text: str, parameters: Any, context: Any) -> bool:
        if context.root_connection is not self.connection:
            return False
        style = context.dialect.paramstyle
        rows = statements.join(literal.render(text, row, style) for row in parameters)
        return self._meet(rows, cursor, context, pieces=[rows])

    def _meet(self, text: str, cursor: Any, context: Any, pieces: list[str] | None = None) -> bool:
        """Whether the statement was recorded (True: do not send it) or may be sent as a read."""
        via: Literal["op", "bind"] = "op" if self.in_operation else "bind"
        frame = sys._getframe(1)
        origin, together = self._origin(frame), pieces is not None
        new = [Statement(piece, origin, via, together) for piece in pieces or statements.split(text)]
        if via == "bind" and all(_reads(statement) for statement in new):
            self._read(text)
            return False
        self._refuse_savepoints(new)
        if via == "bind" and not self.declared:
            self._refuse_data(new)
        self.statements += new
        for statement in new:
            self._touched |= read.names(statement.sql)
        _answer_nothing(cursor, context)
        return True

    def _refuse_savepoints(self, new: list[Statement]) -> None:
        for statement in new:
            for form in statement.forms:
                if isinstance(form, forms.Transaction) and form.kind.startswith(("savepoint", "rollback")):
                    raise MustRunWhole(f"says {form.kind.upper()}")

    def _refuse_data(self, new: list[Statement]) -> None:
        for statement in new:
            if any(isinstance(form, forms.Write) for form in statement.forms):
                where = f" (line {statement.origin.line})" if statement.origin else ""
                raise MustRunWhole(f"writes data through get_bind() or a Session{where}")

    def _read(self, text: str) -> None:
        if self._touched and not self.declared and not _independent(text, self._touched):
            raise MustRunWhole("reads back what it changes")
        self.reads_rows = True

    def _origin(self, frame: FrameType) -> Origin | None:
        line = batch.flushed_line(frame)
        if line is not None:
            return Origin(self.source, line)
        found = batch.caller(frame, self.source)
        return Origin(self.source, found.f_lineno) if found else None


def _reads(statement: Statement) -> bool:
    return all(isinstance(form, forms.Select) for form in statement.forms)


def _independent(text: str, touched: set[str]) -> bool:
    """Whether a read cannot see what the recorded statements would have changed.

    A read that names none of the touched things sees the same before and after. One that walks the catalog as a whole
    names nothing and sees everything, so it counts as dependent unless it asks for something by name.
    """
    literals = read.literals(text)
    if (read.names(text) | literals) & touched:
        return False
    if not any(name in text for name in _CATALOGS):
        return True
    return any(len(value) > 1 and not value.startswith(_CATALOGS) and value != "public" for value in literals)


def _answer_nothing(cursor: Any, context: Any) -> None:
    """Give SQLAlchemy an empty answer of the right shape where it will look for returned rows."""
    columns = getattr(getattr(context, "compiled", None), "_result_columns", None)
    if columns:
        names = ", ".join(f'NULL AS "{column.keyname}"' for column in columns)
        cursor.execute(f"SELECT {names} WHERE false")


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
