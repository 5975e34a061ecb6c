"""env.py's connection without a transaction, for as long as our own sessions work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

_KEEP_ALIVE = (("idle_in_transaction_session_timeout", 9), ("idle_session_timeout", 14))


def external(context: MigrationContext) -> bool:
    """Whether env.py began the transaction itself, so that only env.py can end it."""
    return context._in_external_transaction


@contextmanager
def released(context: MigrationContext) -> Iterator[None]:
    """Commit what Alembic has open on env.py's connection; open it again at the end where Alembic expects it."""
    connection = context.connection
    assert connection is not None
    if external(context):
        yield
    elif context._transaction is not None:
        with context.autocommit_block():
            yield
    else:
        if connection.in_transaction():
            connection.commit()
        yield


@contextmanager
def committed(context: MigrationContext) -> Iterator[None]:
    """As :func:`released`, where nothing is executed on env.py's connection meanwhile: without a round trip."""
    connection, transaction = context.connection, context._transaction
    assert connection is not None
    if external(context):
        yield
    elif transaction is not None:
        transaction.commit()
        context._transaction = None
        try:
            yield
        finally:
            context._transaction = connection.begin()
    else:
        if connection.in_transaction():
            connection.commit()
        yield


def keep_alive(connection: sa.Connection) -> None:
    """No timeout of the role's or the database's may end env.py's connection while it waits for our steps."""
    version = int((connection.dialect.server_version_info or (0,))[0])
    for name, since in _KEEP_ALIVE:
        if version >= since:
            connection.exec_driver_sql(f"SET {name} = 0")
