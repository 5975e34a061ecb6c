"""An SQLAlchemy engine that leads nowhere: for revisions, and env.py, read without a database.

It speaks PostgreSQL as psycopg does, of a version that is given. Queries are answered as if every table were empty,
and SQLAlchemy's inspector from what is :class:`Known`, such as the schema that the revisions before have made.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.pool import NullPool

from safemigrate.statement import empty

Rows = list[dict[str, Any]]

_PLACEHOLDER = re.compile(r"%\(\w+\)s|%s")
"""Where a parameter goes in a statement; what it is makes no difference to an empty table."""


class Known(Protocol):
    """What the inspector tells, in the shapes of SQLAlchemy's reflection; None for a table that is not there."""

    def table_names(self, schema: str | None) -> list[str]: ...
    def view_names(self, schema: str | None) -> list[str]: ...
    def schema_names(self) -> list[str]: ...
    def sequence_names(self, schema: str | None) -> list[str]: ...
    def columns(self, table: str, schema: str | None) -> Rows | None: ...
    def indexes(self, table: str, schema: str | None) -> Rows | None: ...
    def constraints(self, table: str, schema: str | None, kind: str) -> Rows | None: ...
    def enums(self, schema: str | None) -> Rows: ...


class Failed(Exception):
    """The DBAPI's Error; nothing here raises it."""


class Cursor:
    """A DBAPI cursor over nothing."""

    arraysize = 1
    rowcount = 0
    """What is changed in an empty table, for loops that go on until nothing is left to do."""
    lastrowid = None
    statusmessage = ""

    def __init__(self) -> None:
        self.description: list[tuple[Any, ...]] | None = None
        self._rows: Iterator[tuple[object, ...]] = iter(())

    def execute(self, sql: Any, parameters: object = None, **_options: object) -> Cursor:
        text = sql if isinstance(sql, str) else str(sql)
        found = empty.answer(_PLACEHOLDER.sub("NULL", text) if parameters else text)
        self.description = [(name, 0, None, None, None, None, None) for name in found.columns] or None
        self._rows = iter(found.rows)
        return self

    def executemany(self, sql: Any, _rows: object, **_options: object) -> None:
        self.execute(sql)

    def fetchone(self) -> tuple[object, ...] | None:
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[tuple[object, ...]]:
        return [row for row, _ in zip(self._rows, range(size), strict=False)]

    def fetchall(self) -> list[tuple[object, ...]]:
        return list(self._rows)

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        return self._rows

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._rows = iter(())


class Connection:
    """A DBAPI connection to nothing."""

    def __init__(self) -> None:
        self.autocommit = False
        self.isolation_level: object = None
        self.read_only: object = None
        self.deferrable: object = None
        self.closed = False
        self.broken = False

    def cursor(self, *_positional: object, **_named: object) -> Cursor:
        return Cursor()

    def execute(self, sql: Any, parameters: object = None) -> Cursor:
        return self.cursor().execute(sql, parameters)

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None:
        self.closed = True


class Dialect(PGDialect):
    """PostgreSQL's dialect, which asks no server and reflects what is known. To a revision it is psycopg's."""

    driver = "psycopg"
    default_paramstyle = "pyformat"
    supports_statement_cache = True
    supports_native_decimal = True
    default_isolation_level = "READ COMMITTED"
    told: Known | None = None
    asked: Callable[[], None] | None = None
    """Called whenever somebody asks what is there."""

    @classmethod
    def import_dbapi(cls) -> Any:
        """What SQLAlchemy asks of a driver's module, without the driver."""
        return SimpleNamespace(Error=Failed, paramstyle="pyformat", __name__="nowhere")

    def get_isolation_level_values(self, dbapi_conn: Any) -> Any:
        return ("AUTOCOMMIT", "SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED", "READ UNCOMMITTED")

    def set_isolation_level(self, dbapi_connection: Any, level: str) -> None:
        dbapi_connection.autocommit = level == "AUTOCOMMIT"

    def initialize(self, connection: Any) -> None: ...

    def on_connect(self) -> None:
        return None

    def do_ping(self, dbapi_connection: Any) -> bool:
        return True

    def get_isolation_level(self, dbapi_connection: Any) -> Any:
        return "AUTOCOMMIT" if dbapi_connection.autocommit else "READ COMMITTED"

    def get_default_isolation_level(self, dbapi_conn: Any) -> Any:
        return "READ COMMITTED"

    # -- reflection

    @property
    def known(self) -> Known | None:
        if self.asked is not None:
            self.asked()
        return self.told

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **_more: Any) -> bool:
        names = [*self.get_table_names(connection, schema), *self.get_view_names(connection, schema)]
        return table_name in names

    def has_multi_table(self, connection: Any, table_names: Any, schema: str | None = None, **_more: Any) -> Any:
        return [((schema, name), self.has_table(connection, name, schema)) for name in table_names]

    def has_sequence(self, connection: Any, sequence_name: str, schema: str | None = None, **_more: Any) -> bool:
        return sequence_name in (known.sequence_names(schema) if (known := self.known) else [])

    def has_type(self, connection: Any, type_name: str, schema: str | None = None, **_more: Any) -> bool:
        known = self.known
        return any(row["name"] == type_name for row in (known.enums(schema) if known else []))

    def has_schema(self, connection: Any, schema: str, **_more: Any) -> bool:  # type: ignore[override]
        return schema in self.get_schema_names(connection)

    def get_schema_names(self, connection: Any, **_more: Any) -> list[str]:
        return known.schema_names() if (known := self.known) else ["public"]

    def get_table_names(self, connection: Any, schema: str | None = None, **_more: Any) -> list[str]:
        return known.table_names(schema) if (known := self.known) else []

    def get_view_names(self, connection: Any, schema: str | None = None, **_more: Any) -> list[str]:
        return known.view_names(schema) if (known := self.known) else []

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_more: Any) -> Any:
        rows = _there(known.columns(table_name, schema) if (known := self.known) else None, table_name)
        return [{**row, "type": self._type(row["type"])} for row in rows]

    def get_indexes(self, connection: Any, table_name: str, schema: str | None = None, **_more: Any) -> Any:
        return _there(known.indexes(table_name, schema) if (known := self.known) else None, table_name)

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **_more: Any) -> Any:
        rows = self._constraints(table_name, schema, "primary key")
        return rows[0] if rows else {"constrained_columns": [], "name": None}

    def get_foreign_keys(self, connection: Any, table_name: str, schema: str | None = None, **_more: Any) -> Any:
        return self._constraints(table_name, schema, "foreign key")

    def get_unique_constraints(self, connection: Any, table_name: str, schema: str | None = None, **_more: Any) -> Any:
        return self._constraints(table_name, schema, "unique")

    def get_check_constraints(self, connection: Any, table_name: str, schema: str | None = None, **_more: Any) -> Any:
        return self._constraints(table_name, schema, "check")

    def get_enums(self, connection: Any, schema: str | None = None, **_more: Any) -> Any:
        return known.enums(schema) if (known := self.known) else []

    def _constraints(self, table: str, schema: str | None, kind: str) -> Rows:
        return _there(known.constraints(table, schema, kind) if (known := self.known) else None, table)

    def _type(self, text: str) -> Any:
        base = text.partition("(")[0].removesuffix("[]")
        made = self.ischema_names.get(base)
        return made() if made else sa.types.NullType()


def _there(rows: Rows | None, table: str) -> Rows:
    if rows is None:
        raise NoSuchTableError(table)
    return rows


sa.dialects.registry.register("postgresql.nowhere", __name__, "Dialect")


def engine(version: int, options: Mapping[str, Any] | None = None) -> sa.Engine:
    """An engine that takes itself to lead to a PostgreSQL of major *version*."""
    made = sa.create_engine("postgresql+nowhere://", creator=Connection, poolclass=NullPool, **(options or {}))
    made.dialect.server_version_info = (version, 0)
    made.dialect.default_schema_name = "public"
    return made


@contextmanager
def noticing(connection: sa.Connection, asked: Callable[[], None]) -> Iterator[None]:
    """Within the block, *asked* is called whenever somebody asks the inspector of *connection* what is there."""
    dialect = connection.dialect
    before = dialect.asked if isinstance(dialect, Dialect) else None
    if isinstance(dialect, Dialect):
        dialect.asked = asked
    try:
        yield
    finally:
        if isinstance(dialect, Dialect):
            dialect.asked = before


def tell(leading_nowhere: sa.Engine, known: Known | None) -> None:
    """From now on its inspector answers from *known*."""
    assert isinstance(leading_nowhere.dialect, Dialect)
    leading_nowhere.dialect.told = known


_MAKERS = (
    ("sqlalchemy", "create_engine"),
    ("sqlalchemy.engine", "create_engine"),
    ("sqlalchemy.engine.create", "create_engine"),
)


@contextmanager
def instead(leading_nowhere: sa.Engine) -> Iterator[None]:
    """Within the block, whatever engine connects is connected to *leading_nowhere* instead.

    An engine that is made within the block leads nowhere for good: no driver is imported for it, and its URL may be
    unfinished.
    """
    original = sa.Engine.connect
    make = sa.create_engine

    def connect(self: sa.Engine) -> sa.Connection:
        connection = original(leading_nowhere)
        options = {**_isolation(self.dialect), **self.get_execution_options()}
        return connection.execution_options(**options) if options else connection

    def made(url: Any, **named: Any) -> sa.Engine:
        if named.get("_is_async"):
            return make(url, **named)  # only its own dialect is an asynchronous one
        return _like(leading_nowhere, url, named)

    before = [
        (module := importlib.import_module(name), attribute, getattr(module, attribute)) for name, attribute in _MAKERS
    ]
    sa.Engine.connect = connect  # type: ignore[method-assign]
    for module, attribute, _function in before:
        setattr(module, attribute, made)
    try:
        yield
    finally:
        sa.Engine.connect = original  # type: ignore[method-assign]
        for module, attribute, function in before:
            setattr(module, attribute, function)


def _like(leading_nowhere: sa.Engine, url: Any, named: Mapping[str, Any]) -> sa.Engine:
    """What ``create_engine(url, **named)`` gives, leading nowhere."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        address = leading_nowhere.url
    options = dict(named.get("execution_options") or {})
    if named.get("isolation_level"):
        options.setdefault("isolation_level", named["isolation_level"])
    engine = sa.Engine(leading_nowhere.pool, leading_nowhere.dialect, address)
    engine.update_execution_options(**options)
    return engine


def _isolation(dialect: Any) -> dict[str, Any]:
    """The isolation level that an engine was made with."""
    level = getattr(dialect, "_on_connect_isolation_level", None)
    return {"isolation_level": level} if level else {}
