"""A random history run in this process: by plain Alembic, by safemigrate, and by safemigrate with bad luck."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql

from safemigrate.clock import SystemClock
from safemigrate.config import Settings
from safemigrate.executor import events
from safemigrate.executor.stop import Stop
from safemigrate.hook.migration import Invocation, Migration
from safemigrate.hook.rollback import TakingBack
from safemigrate.scratch import Database
from tests.migrations.corpus import History

ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""

REVISION = '''
"""number {number}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "r{number}"
down_revision = {down!r}


def upgrade():
{body}
'''

EMPTIED = """
    DROP SCHEMA IF EXISTS public, "Other Schema", safemigrate CASCADE;
    CREATE SCHEMA public;
"""
"""Much faster than another database."""

VERSIONS = """
    CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY)
"""
"""As Alembic makes it; taking the first revision back leaves it."""

FAULT = """
    CREATE SCHEMA safemigrate_fault;
    CREATE SEQUENCE safemigrate_fault.times;
    CREATE SEQUENCE safemigrate_fault.rows;
    CREATE FUNCTION safemigrate_fault.defines() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('safemigrate_fault.times') <= {faults} THEN RAISE EXCEPTION 'bad luck'; END IF;
    END $$;
    CREATE FUNCTION safemigrate_fault.writes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('safemigrate_fault.rows') = {row} THEN RAISE EXCEPTION 'bad luck'; END IF;
        RETURN coalesce(NEW, OLD);
    END $$;
    DO $$
    DECLARE own regclass;
    BEGIN
        FOR own IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text
            IN ('public', '"Other Schema"') AND relname <> 'alembic_version'
        LOOP
            EXECUTE format('CREATE TRIGGER safemigrate_fault BEFORE UPDATE OR DELETE ON %s '
                'FOR EACH ROW EXECUTE FUNCTION safemigrate_fault.writes()', own);
        END LOOP;
    END $$;
    CREATE EVENT TRIGGER safemigrate_fault ON ddl_command_end EXECUTE FUNCTION safemigrate_fault.defines();
"""
"""The next commands that define something fail, and a row that is written; a sequence does not go back with them."""

MENDED = """
    DROP EVENT TRIGGER IF EXISTS safemigrate_fault;
    DROP SCHEMA IF EXISTS safemigrate_fault CASCADE;
"""

_COLUMNS = """
SELECT n.nspname || '.' || c.relname, n.nspname, c.relname,
       array_agg(a.attname::text ORDER BY a.attname COLLATE "C") FILTER (WHERE a.attnum IS NOT NULL)
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'm') AND n.nspname IN ('public', 'Other Schema') AND c.relname <> 'alembic_version'
 GROUP BY 1, 2, 3
"""

Rows = dict[str, list[Any]]


@dataclass(frozen=True)
class Found:
    """What a database holds; *rows* exactly, *shapes* without what differs from run to run."""

    dump: str
    head: str
    rows: Rows
    shapes: Rows


class Replay:
    """*history* as a project in *folder*."""

    def __init__(self, folder: Path, history: History) -> None:
        self.folder = folder
        self.history = history
        self.heard: list[events.Event] = []
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text(ENV)
        for number, text in enumerate(history.revisions, start=1):
            body = "\n".join(f"    {line}" for line in text.splitlines())
            down = f"r{number - 1}" if number > 1 else None
            (folder / "versions" / f"r{number}.py").write_text(REVISION.format(number=number, down=down, body=body))

    def seed(self, database: Database) -> None:
        with database.connect() as connection:
            for text in (EMPTIED, VERSIONS, *self.history.seeds):
                connection.execute(text.encode())

    def config(self, database: Database) -> Config:
        made = Config()
        made.set_main_option("script_location", str(self.folder).replace("%", "%%"))
        made.set_main_option("path_separator", "os")
        made.attributes["url"] = database.url
        return made

    def plainly(self, database: Database) -> Exception | None:
        """Plain Alembic, to the head; what it failed with."""
        try:
            command.upgrade(self.config(database), "head")
        except Exception as error:
            return error
        return None

    def safely(self, database: Database, target: str, *, emit: events.Listener | None = None) -> Exception | None:
        """safemigrate, to *target*; what it failed with."""
        return _failure(Migration(self._invocation(database, "upgrade", target, emit)))

    def interrupted(self, database: Database, target: str) -> Exception | None:
        """The same, asked to stop after so many steps."""
        invocation = self._invocation(database, "upgrade", target)
        stop = invocation.stop

        def ask() -> None:
            stop.signal = signal.SIGINT

        return _failure(Migration(replace(invocation, emit=self._after(ask))))

    def failed(self, database: Database, target: str) -> Exception | None:
        """The same, but after so many steps a command that defines something fails, or one that writes rows."""
        fault = FAULT.format(faults=self.history.faults, row=self.history.row)

        def break_() -> None:
            with database.connect() as connection:
                connection.execute(fault.encode())

        try:
            return self.safely(database, target, emit=self._after(break_))
        finally:
            with database.connect() as connection:
                connection.execute(MENDED.encode())

    def taken_back(self, database: Database, revision: str = "") -> Exception | None:
        """safemigrate rollback."""
        return _failure(TakingBack(self._invocation(database, "rollback", revision), revision=revision))

    def _invocation(
        self, database: Database, direction: events.Direction, target: str, emit: events.Listener | None = None
    ) -> Invocation:
        config = self.config(database)
        script = ScriptDirectory.from_config(config)
        revisions: Any = script._upgrade_revs
        settings = replace(Settings(), small_table=self.history.small_table, lock_patience=20.0)
        return Invocation(
            config,
            script,
            direction,
            target,
            settings,
            emit or self.heard.append,
            Stop(),
            SystemClock(),
            lambda heads: () if direction == "rollback" else revisions(target, heads),
        )

    def _after(self, act: Callable[[], None]) -> events.Listener:
        left = self.history.steps

        def hear(event: events.Event) -> None:
            nonlocal left
            self.heard.append(event)
            if isinstance(event, events.StepDone):
                left -= 1
                if left == 0:
                    act()

        return hear

    def found(self, database: Database) -> Found:
        with database.connect() as connection:
            rows, shapes = _contents(connection, self.history.volatile)
        return Found(database.dump(), head(database), rows, shapes)


def head(database: Database) -> str:
    """The version row; "" where there is none."""
    with database.connect() as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _failure(migration: Migration) -> Exception | None:
    try:
        migration.execute()
    except Exception as error:
        return error
    return None


def _contents(connection: psycopg.Connection, volatile: frozenset[tuple[str, str]]) -> tuple[Rows, Rows]:
    rows: Rows = {}
    shapes: Rows = {}
    for full, schema, table, columns in connection.execute(_COLUMNS).fetchall():
        names = [sql.Identifier(name) for name in columns or ()]
        stable = [sql.Identifier(name) for name in columns or () if (full, name) not in volatile]
        unstable = [sql.Identifier(name) for name in columns or () if (full, name) in volatile]
        query = sql.SQL("SELECT ROW({})::text, ROW({})::text FROM ONLY {}").format(
            sql.SQL(", ").join(names), sql.SQL(", ").join(stable), sql.Identifier(schema, table)
        )
        both = connection.execute(query).fetchall()
        rows[full], shapes[full] = sorted(row[0] for row in both), sorted(row[1] for row in both)
        for name in unstable:
            shape = sql.SQL("SELECT count(*), count({0}), count(DISTINCT {0}) FROM ONLY {1}")
            shapes[full].append(connection.execute(shape.format(name, sql.Identifier(schema, table))).fetchone())
    return rows, shapes
