"""What becomes of a look that failed: a reason in the server's words, unless the connection itself is lost."""

from __future__ import annotations

from typing import Any

import psycopg


def why(connection: psycopg.Connection[Any], error: psycopg.Error) -> str:
    """Why the server did not answer. Raises *error* when the connection is lost: its owner gets it back."""
    # psycopg may find the socket closed before libpq has noticed; then there is no SQLSTATE.
    if connection.closed or (isinstance(error, psycopg.OperationalError) and error.sqlstate is None):
        raise error
    return error.diag.message_primary or str(error)
