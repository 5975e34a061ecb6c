"""``safemigrate stats``: sizes of a real database's tables, and what lint makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from safemigrate import scratch
from tests.fix_project import Project

TABLES = """
    CREATE TABLE orders (id int, note text);
    INSERT INTO orders SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n;
    CREATE INDEX ON orders (id);
    CREATE TABLE events (at int) PARTITION BY RANGE (at);
    CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);
    CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200);
    INSERT INTO events SELECT n FROM generate_series(0, 199) n;
    CREATE SCHEMA billing;
    CREATE TABLE billing."Odd name" (id int);
    CREATE VIEW seen AS SELECT 1 AS one;
    CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders;
"""


@pytest.fixture
def project(project: Project, database: scratch.Database) -> Project:
    project.environment |= {"SAFEMIGRATE_LINT_IGNORE": "all", "SAFEMIGRATE_LINT_SELECT": "index-not-concurrent"}
    project.revision("op.create_table('orders', sa.Column('id', sa.Integer), sa.Column('note', sa.Text))")
    project.revision("op.create_index('ix', 'orders', ['note'])")
    with database.connect() as connection:
        connection.execute(TABLES)
    return project


def sizes(project: Project, database: scratch.Database) -> dict[str, dict[str, Any]]:
    document = json.loads(project.safemigrate(database, "stats").well().out)
    return {f"{each['schema']}.{each['name']}": each for each in document["tables"]}


@pytest.mark.matrix
def test_tables_have_their_rows_and_bytes(project: Project, database: scratch.Database) -> None:
    with database.connect() as connection:
        connection.execute("ANALYZE")
        ask = "SELECT pg_relation_size('orders'), pg_indexes_size('orders'), current_setting('server_version_num')::int"
        table, index, number = connection.execute(ask).fetchone() or (0, 0, 0)
    document = json.loads(project.safemigrate(database, "stats").well().out)
    assert document["version"] == 1
    assert document["server_version_num"] == number
    found = sizes(project, database)
    orders = found["public.orders"]
    assert (orders["rows"], orders["index_bytes"]) == (20_000, index)
    assert table <= orders["bytes"] <= table + 65_536
    assert found["billing.Odd name"]["rows"] == 0
    assert found["public.totals"]["rows"] == 1
    assert "public.seen" not in found


@pytest.mark.matrix
def test_a_partitioned_table_has_what_its_partitions_have(project: Project, database: scratch.Database) -> None:
    with database.connect() as connection:
        connection.execute("ANALYZE events_1")
    assert sizes(project, database)["public.events"]["rows"] is None
    with database.connect() as connection:
        connection.execute("ANALYZE events_2")
    found = sizes(project, database)
    assert found["public.events"]["rows"] == 200
    assert found["public.events"]["bytes"] == sum(found[f"public.events_{n}"]["bytes"] for n in (1, 2))


@pytest.mark.matrix
def test_what_nobody_has_counted_is_null(project: Project, database: scratch.Database) -> None:
    orders = sizes(project, database)["public.orders"]
    with database.connect() as connection:
        counted = connection.execute("SELECT reltuples FROM pg_class WHERE oid = 'orders'::regclass").fetchone()
    if counted == (-1.0,):  # CREATE INDEX counts, too
        assert (orders["rows"], orders["bytes"], orders["index_bytes"]) == (None, None, None)
    assert sizes(project, database)["public.events_1"]["rows"] is None


def test_it_waits_for_nobody_and_says_nothing_of_rows(project: Project, database: scratch.Database) -> None:
    with database.connect() as holder, holder.transaction():
        holder.execute("LOCK TABLE orders, events IN ACCESS EXCLUSIVE MODE")
        said = project.safemigrate(database, "stats").well().out
    assert "xxx" not in said
    assert json.loads(said)["tables"]


def test_lint_takes_seconds_smallness_and_the_version_from_the_file(
    project: Project, database: scratch.Database
) -> None:
    with database.connect() as connection:
        connection.execute("ANALYZE")
    ended = project.safemigrate(database, "stats", "--output-file", "sizes.json").well()
    assert ended.err == "5 tables: sizes.json\n" or ended.err.endswith("tables: sizes.json\n")
    ended = project.safemigrate(database, "lint", "--json", "--statistics", "sizes.json")
    (found,) = json.loads(ended.out)["findings"]
    assert 0 < found["claim"]["seconds"] < 1
    assert (
        "held for an index build (less than 1 s)"
        in project.safemigrate(database, "lint", "--statistics", "sizes.json").out
    )
    ended = project.safemigrate(database, "lint", "--json", "--statistics", "sizes.json", "--small-table", "20001")
    assert json.loads(ended.out)["summary"]["small"] == 1


@pytest.mark.parametrize("text", ["", "{}", '{"version": 1}', '{"version": 1, "tables": [{"schema": 1}]}'])
def test_a_statistics_file_that_cannot_be_read_is_bad_input(project: Project, text: str) -> None:
    (project.folder / "sizes.json").write_text(text)
    ended = project.safemigrate("postgresql+psycopg://nobody@127.0.0.1:1/none", "lint", "--statistics", "sizes.json")
    assert ended.code == 2
    assert 'cannot read the statistics in "sizes.json"' in ended.err
