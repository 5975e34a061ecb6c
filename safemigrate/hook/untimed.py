"""env.py's own connection is for Alembic's version table, and waits for as long as the steps take: no timeout of the
role's or the database's may end it, also where env.py holds it in a transaction of its own. So they are lifted as soon
as it is made, before Alembic or env.py says anything on it. Our own sessions set theirs themselves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

_STATEMENT = "SET statement_timeout = 0"
_OTHERS = (
    "SET idle_in_transaction_session_timeout = 0",
    "SET idle_session_timeout = 0",
    "SET transaction_timeout = 0",
)

TRIES = 20
"""A statement_timeout of a millisecond may end even the statement that lifts it."""


@contextlib.contextmanager
def connections() -> Iterator[None]:
    """Every connection to PostgreSQL that a pool of SQLAlchemy's makes within the block is without timeouts."""
    sa.event.listen(sa.pool.Pool, "connect", _lift)
    try:
        yield
    finally:
        sa.event.remove(sa.pool.Pool, "connect", _lift)


def _lift(connection: Any, _record: object) -> None:
    """*connection* is the driver's, before SQLAlchemy has used it; whatever fails here is left as it is."""
    if not type(connection).__module__.startswith(("psycopg", "sqlalchemy.dialects.postgresql")):
        return
    with contextlib.suppress(Exception):
        before = connection.autocommit
        connection.autocommit = True
        try:
            _execute_all(connection)
        finally:
            connection.autocommit = before


def _execute_all(connection: Any) -> None:
    for _ in range(TRIES):
        with contextlib.suppress(Exception):
            _execute(connection, _STATEMENT)
            break
    # What is set through a transaction pooler would stay with a server connection that others use next.
    if _execute(connection, "SELECT pg_catalog.pg_backend_pid()", rows=True) != _known_pid(connection):
        _execute(connection, "RESET statement_timeout")
        return
    for statement in _OTHERS:
        with contextlib.suppress(Exception):  # one that this version of the server does not know
            _execute(connection, statement)


def _execute(connection: Any, statement: str, *, rows: bool = False) -> object:
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
        return cursor.fetchone()[0] if rows else None
    finally:
        cursor.close()


def _known_pid(connection: Any) -> object:
    """The backend's pid as the protocol told it; a pooler tells another."""
    own = getattr(connection, "driver_connection", connection)
    return own.get_server_pid() if hasattr(own, "get_server_pid") else own.info.backend_pid
