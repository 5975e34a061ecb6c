"""Batches wait while the user's own query says so."""

from __future__ import annotations

from typing import Any

import psycopg

from safemigrate.backfill.throttle import unanswered

LONGEST = "5s"
"""What the query may take before that counts as no answer."""

_WORDS = {"None": "NULL", "False": "false"}


class SqlCheck:
    """Holds unless *query* gives a row that begins with true; an error, false, NULL or no row is no yes.

    It runs in a read-only transaction that is rolled back.
    """

    def __init__(self, query: str) -> None:
        self._query = query

    def reason(self, connection: psycopg.Connection[Any], now: float) -> str:
        try:
            connection.execute(f"BEGIN READ ONLY; SET LOCAL statement_timeout = '{LONGEST}'".encode())
            cursor = connection.execute(self._query.encode())
            row = cursor.fetchone() if cursor.description else ()
        except psycopg.Error as error:
            return f"throttle_check failed: {unanswered.why(connection, error)}"
        finally:
            if not connection.closed:
                connection.execute("ROLLBACK")
        if not row:
            return "throttle_check gives no row"
        return "" if row[0] is True else f"throttle_check says {_WORDS.get(str(row[0]), row[0])}"
