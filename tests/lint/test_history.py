"""The sample history, replayed without a database, is what a server has after it."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.config import Config

from safemigrate import scratch
from safemigrate.lint.engine import Job, Judge
from safemigrate.lint.history import environment, scripts
from safemigrate.lint.history.environment import Environment, Transactions
from safemigrate.lint.schema import Schema
from tests.migrations import sample

COLUMNS = """
    SELECT n.nspname, c.relname, a.attname, a.attnotnull
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relname <> 'alembic_version'
"""
CONSTRAINTS = """
    SELECT n.nspname, c.relname, k.conname, k.convalidated
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype IN ('c', 'f', 'p', 'u')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relname <> 'alembic_version'
"""
INDEXES = """
    SELECT n.nspname, c.relname, x.relname, i.indisunique
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relname <> 'alembic_version'
"""


@pytest.fixture(scope="module")
def replayed() -> Schema:
    config = Config(str(sample.INI))
    config.attributes["configure_logging"] = False
    project = scripts.load(config)
    found: list[Judge] = []

    def visit(environment: Environment) -> None:
        assert environment.transactions is Transactions.ALL
        assert not environment.why
        judge = Judge(Job(project.revisions, (), 18, "alembic", ()), environment)
        judge.run()
        found.append(judge)

    environment.run(config, project, 18, visit)
    (judge,) = found
    return judge.schema


@pytest.fixture(scope="module")
def real(pg_server: scratch.Server) -> Any:
    with pg_server.database() as database:
        sample.upgrade(database)
        yield database


def rows(database: scratch.Database, query: str) -> set[tuple[Any, ...]]:
    with database.connect() as connection:
        return set(connection.execute(query.encode()).fetchall())


def test_columns_and_which_are_not_null(replayed: Schema, real: scratch.Database) -> None:
    ours = {
        (key.schema, key.name, column.name, column.not_null)
        for key, table in replayed.tables.items()
        if table.kind == "table"
        for column in table.columns.values()
    }
    assert ours == rows(real, COLUMNS)


def test_constraints_and_which_are_valid(replayed: Schema, real: scratch.Database) -> None:
    ours = {
        (key.schema, key.name, constraint.name, constraint.valid)
        for key, table in replayed.tables.items()
        for constraint in table.constraints.values()
        if constraint.kind in {"check", "foreign key", "primary key", "unique"}
    }
    assert ours == rows(real, CONSTRAINTS)


def test_indexes_and_which_are_unique(replayed: Schema, real: scratch.Database) -> None:
    ours = {
        (key.schema, key.name, index.name, index.unique)
        for key, table in replayed.tables.items()
        for index in table.indexes.values()
    }
    theirs = rows(real, INDEXES)
    assert ours == theirs
