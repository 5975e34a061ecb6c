"""Our own sessions beside env.py's connection: same server, same database, same role and settings.

env.py's connection stays Alembic's, for the version table only. Steps, capture and whole revisions get sessions of
their own, opened by the same pool recipe (events, ``connect_args``, token providers included), so that env.py needs no
change and no transaction of it is held while a step runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import conninfo, rows, sql

from safemigrate import errors

_OURS = ("application_name", "client_encoding", "client_connection_check_interval", "session_authorization")
_TIMEOUTS = (
    "lock_timeout",
    "statement_timeout",
    "transaction_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
)
_TRANSACTION = ("transaction_isolation", "transaction_read_only", "transaction_deferrable")


@dataclass(frozen=True, slots=True)
class Inherited:
    """What env.py has SET on its connection, which our sessions have to share: settings, and the role."""

    settings: Mapping[str, str]
    role: str

    @classmethod
    def read(cls, connection: sa.Connection) -> Inherited:
        rows = connection.exec_driver_sql(
            "SELECT name, setting FROM pg_catalog.pg_settings"
            " WHERE source = 'session' AND context IN ('user', 'superuser')"
        )
        settings = {name: value for name, value in rows if name not in (*_OURS, *_TIMEOUTS, *_TRANSACTION)}
        role = connection.exec_driver_sql("SELECT current_setting('role')").scalar_one()
        return cls(settings, "" if role == "none" else role)

    def statements(self) -> list[str]:
        """The SQL that gives another session the same settings."""
        each = [
            sql.SQL("SELECT set_config({}, {}, false)").format(sql.Literal(name), sql.Literal(value))
            for name, value in self.settings.items()
        ]
        if self.role:
            each.append(sql.SQL("SET ROLE {}").format(sql.Identifier(self.role)))
        return [statement.as_string(None) for statement in each]


class Connections:
    """Opens sessions beside *connection*, env.py's own. *url* replaces its address for our psycopg sessions."""

    def __init__(self, connection: sa.Connection, *, url: str = "") -> None:
        self.beside = connection
        self.engine = connection.engine
        self.url = url
        self.inherited = Inherited.read(connection)
        self._checked = False

    def session(self) -> psycopg.Connection[Any]:
        """A new autocommit psycopg session with env.py's settings. Raises BadInput when it cannot be had."""
        connection = self._native() if self._speaks_psycopg() else self._translated()
        if not connection.autocommit:
            connection.rollback()
            connection.autocommit = True
        connection.row_factory = rows.tuple_row
        connection.cursor_factory = psycopg.Cursor
        connection.prepare_threshold = None
        for statement in self.inherited.statements():
            connection.execute(statement.encode())
        return connection

    def _speaks_psycopg(self) -> bool:
        return not self.url and self.engine.dialect.driver == "psycopg" and not self.engine.dialect.is_async

    def _native(self) -> psycopg.Connection[Any]:
        fairy = self.engine.pool.recreate().connect()
        connection: Any = fairy.driver_connection
        fairy.detach()
        assert isinstance(connection, psycopg.Connection)
        return connection

    def _translated(self) -> psycopg.Connection[Any]:
        address = self.url or libpq(self.engine.url)
        try:
            connection = psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError as error:
            if self._checked:
                raise  # It led there before: the server is away, and whoever reconnects knows how to wait.
            raise errors.BadInput(
                f"env.py connects with {self.engine.dialect.driver}; "
                f"our own psycopg session to the same server failed: {str(error).strip()}",
                state="nothing was changed",
                next='set url = "postgresql://…" in [tool.safemigrate] (or SAFEMIGRATE_URL) to the same database',
            ) from error
        if not self._checked:
            self._check_same_place(connection)
            self._checked = True
        return connection

    def _check_same_place(self, connection: psycopg.Connection[Any]) -> None:
        place = "SELECT current_database(), pg_postmaster_start_time()::text"
        theirs = tuple(self.beside.exec_driver_sql(place).one())
        ours = connection.execute(place).fetchone()
        if theirs != ours:
            connection.close()
            raise errors.BadInput(
                f"url leads to database {ours[0] if ours else '?'!r}, env.py to {theirs[0]!r}, or to another server",
                state="nothing was changed",
                next="let url and env.py name the same database on the same server",
            )

    def read_only(self) -> AbstractContextManager[sa.Connection]:
        """A connection whose transactions are read-only. Not a read-only session: behind a transaction pooler a
        setting would stay with a session of the application's.
        """
        return self.borrowed("READ COMMITTED", postgresql_readonly=True)

    @contextmanager
    def borrowed(self, isolation_level: str, **more: Any) -> Iterator[sa.Connection]:
        """A SQLAlchemy connection with env.py's engine, execution options and settings, closed at the end."""
        fairy = self.engine.pool.recreate().connect()
        connection = sa.Connection(self.engine, connection=fairy)
        options = {**self.beside.get_execution_options(), "isolation_level": isolation_level, **more}
        connection = connection.execution_options(**options)
        try:
            for statement in self.inherited.statements():
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
            if connection.in_transaction():
                connection.commit()
            yield connection
        finally:
            connection.invalidate()
            connection.close()


def libpq(url: sa.URL) -> str:
    """The libpq connection string for an SQLAlchemy *url* of any PostgreSQL driver."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    query = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
    if "ssl" in query:
        ssl = query.pop("ssl")
        query.setdefault("sslmode", "require" if ssl.lower() in ("true", "1") else ssl)
    parts = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
        **{name: value for name, value in query.items() if name in known},
    }
    return conninfo.make_conninfo("", **{name: value for name, value in parts.items() if value is not None})
