"""The sample service's history, driven through Alembic's own API, and what two runs of it must agree on."""

from __future__ import annotations

import argparse
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from psycopg import sql

from safemigrate.scratch import Database

INI = Path(__file__).parents[2] / "migrations" / "alembic.ini"

# Columns whose values differ from run to run, because their default does.
VOLATILE: dict[str, tuple[str, ...]] = {"public.images": ("public_id",)}

# Revisions that change rows of tables which were there before; each of them finds rows to change.
CHANGES_ROWS = (
    "0005_first_rows",
    "0010_not_null",
    "0022_enum_value",
    "0031_trigger",
    "0034_reads_then_decides",
    "0035_computes_with_data",
    "0036_backfill",
    "0037_delete_rows",
    "0039_commits",
)

# Revisions that ask the database, and so cannot be written out by ``upgrade --sql``.
ONLINE_ONLY = ("0034_reads_then_decides", "0035_computes_with_data")

# What PostgreSQL prints of a check with BETWEEN is read back as another tree, by pg_restore as well.
REPRINTED = ("0048_drop_constraints",)


def config(database: Database) -> Config:
    """The sample service's configuration, for *database*; logging stays as the test has it."""
    made = Config(str(INI), cmd_opts=argparse.Namespace(x=[f"url={database.url}"]))
    made.attributes["configure_logging"] = False
    return made


def upgrade(database: Database, revision: str = "head") -> None:
    command.upgrade(config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    command.downgrade(config(database), revision)


def revisions() -> list[Script]:
    """All revisions, each after those that it revises."""
    return list(reversed(list(ScriptDirectory.from_config(Config(str(INI))).walk_revisions())))


def rows(database: Database) -> dict[str, list[str]]:
    """The rows of every table as text in a fixed order, without the volatile columns and the version table."""
    with database.connect() as connection:
        tables = connection.execute(
            """
            SELECT n.nspname, c.relname,
                   array_agg(a.attname::text ORDER BY a.attname COLLATE "C") FILTER (WHERE a.attnum IS NOT NULL)
              FROM pg_class AS c
              JOIN pg_namespace AS n ON n.oid = c.relnamespace
              LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relkind IN ('r', 'm') AND n.nspname IN ('public', 'billing') AND c.relname <> 'alembic_version'
             GROUP BY 1, 2
            """
        ).fetchall()
        found = {}
        for schema, table, columns in tables:
            stable = [column for column in columns or () if column not in VOLATILE.get(f"{schema}.{table}", ())]
            query = sql.SQL("SELECT ROW({})::text FROM ONLY {}").format(
                sql.SQL(", ").join(map(sql.Identifier, stable)), sql.Identifier(schema, table)
            )
            found[f"{schema}.{table}"] = sorted(row[0] for row in connection.execute(query))
        return found
