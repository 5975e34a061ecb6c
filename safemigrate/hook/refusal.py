"""What stands in the way before any step of ours, as an error that says how to go on: what the server refuses to
env.py's own connection, and revision files that cannot be loaded.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.runtime.environment import EnvironmentContext
from alembic.util import CommandError
from psycopg import sql

from safemigrate import errors
from safemigrate.capture import recorder

READ_ONLY = "25006"
INSUFFICIENT_PRIVILEGE = "42501"


def explained(error: sa.exc.DBAPIError, environment: EnvironmentContext) -> errors.BadInput | None:
    """BadInput for what is known to be somebody's to set right, None for what is not."""
    sqlstate = recorder.sqlstate(error.orig)
    if sqlstate == READ_ONLY:
        return errors.BadInput(
            "env.py's connection may only read: the server is a standby, or default_transaction_read_only is on",
            state="nothing was changed",
            next="connect to the primary (libpq: target_session_attrs=read-write), "
            "or take default_transaction_read_only off the role and the database",
        )
    if sqlstate == INSUFFICIENT_PRIVILEGE and "CREATE TABLE" in (error.statement or ""):
        return _may_not_create(error, environment)
    return None


def _may_not_create(error: sa.exc.DBAPIError, environment: EnvironmentContext) -> errors.BadInput:
    """The version table's schema is the first thing that a role without rights meets."""
    context = environment.get_context()
    assert context.connection is not None
    role = str(context.connection.engine.url.username or "")
    schema = context.version_table_schema or context.dialect.default_schema_name or "public"
    grant = sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(sql.Identifier(schema), sql.Identifier(role))
    return errors.BadInput(
        f'role "{role}" may not create the version table "{context.version_table}" in schema "{schema}"',
        state="nothing was changed",
        next=f"{grant.as_string(None)}; then run again",
        details=[("server", str(error.orig).strip().splitlines()[0])],
    )


@contextmanager
def reading_revisions() -> Iterator[None]:
    """Alembic imports the revision files within the block; what is wrong with one of them becomes BadInput."""
    try:
        yield
    except (CommandError, sa.exc.SQLAlchemyError):
        raise
    except Exception as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> errors.BadInput:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    file, line = (error.filename, error.lineno) if isinstance(error, SyntaxError) else (frame.filename, frame.lineno)
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return errors.BadInput(
        f"a revision file cannot be loaded: {type(error).__name__}: {message}",
        state="nothing was changed",
        next="mend the file, then run again",
        details=[("at", f"{file}:{line}")],
    )
