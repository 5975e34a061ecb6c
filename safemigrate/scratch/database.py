"""One throw-away database, and the two questions that show whether two of them are the same."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname <> ALL (ARRAY['pg_catalog', 'information_schema', 'safemigrate'])
      AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'
    ORDER BY 1, 2
"""

# Ordered by the text under the C collation, so that neither the plan nor the locale shows in the sum.
_CHECKSUM = """SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C"), '')) FROM ONLY {} AS t"""


@dataclass(frozen=True, slots=True)
class Database:
    """*dsn* for psycopg and libpq, *url* for SQLAlchemy with psycopg 3."""

    dsn: str
    url: str
    pg_dump: Path

    def connect(self, **options: Any) -> psycopg.Connection:
        """A psycopg 3 connection, autocommit unless *options* say otherwise."""
        return psycopg.connect(self.dsn, **{"autocommit": True, **options})

    def dump(self) -> str:
        """What ``pg_dump --schema-only`` says, without schema safemigrate and without what varies from run to run."""
        command = [str(self.pg_dump), "--schema-only", "--exclude-schema=safemigrate", f"--dbname={self.dsn}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"pg_dump failed: {done.stderr}")
        return normalised(done.stdout)

    def checksum(self) -> dict[str, str]:
        """Each table (``schema.table``, schema safemigrate left out) and the md5 of its rows in a fixed order."""
        with self.connect(autocommit=False) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            tables = connection.execute(_TABLES.encode()).fetchall()
            return {f"{schema}.{table}": _rows_md5(connection, schema, table) for schema, table in tables}


def normalised(dump: str) -> str:
    r"""*dump* without its \restrict tokens (random), version lines, and runs of empty lines."""
    volatile = ("\\restrict ", "\\unrestrict ", "-- Dumped ", "-- Started on ", "-- Completed on ")
    lines = [line for line in dump.splitlines() if line.strip() and not line.startswith(volatile)]
    return "\n".join(lines) + "\n"


def _rows_md5(connection: psycopg.Connection, schema: str, table: str) -> str:
    row = connection.execute(sql.SQL(_CHECKSUM).format(sql.Identifier(schema, table))).fetchone()
    assert row is not None
    return str(row[0])
