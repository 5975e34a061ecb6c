"""REFRESH MATERIALIZED VIEW is done concurrently where PostgreSQL can."""

from __future__ import annotations

import pytest

from safemigrate.scratch import Database
from tests.fix_pg import Templates
from tests.plan.split import ways

SCHEMA = """
    CREATE SCHEMA "S";
    CREATE TABLE t AS SELECT i AS a, 'x' || i AS b FROM generate_series(1, 50) i;
    CREATE MATERIALIZED VIEW keyed AS SELECT * FROM t; CREATE UNIQUE INDEX ON keyed (a, b);
    CREATE MATERIALIZED VIEW "S"."Keyed" AS SELECT * FROM t; CREATE UNIQUE INDEX ON "S"."Keyed" (b) INCLUDE (a);
    CREATE MATERIALIZED VIEW plain AS SELECT * FROM t; CREATE INDEX ON plain (a);
    CREATE MATERIALIZED VIEW partial AS SELECT * FROM t; CREATE UNIQUE INDEX ON partial (a) WHERE a > 0;
    CREATE MATERIALIZED VIEW computed AS SELECT * FROM t; CREATE UNIQUE INDEX ON computed (lower(b));
    DELETE FROM t WHERE a > 40;
"""
BARE = "CREATE MATERIALIZED VIEW bare AS SELECT * FROM t WITH NO DATA; CREATE UNIQUE INDEX ON bare (a);"


@pytest.mark.parametrize("view", ways.marked(["keyed", '"S"."Keyed"'], 1))
def test_a_view_with_a_unique_index_is_refreshed_while_it_is_read(templates: Templates, view: str) -> None:
    outcome = ways.same(templates, SCHEMA, f"REFRESH MATERIALIZED VIEW {view} WITH DATA", rows=True)
    assert outcome.plain_rows == outcome.split_rows
    (seen,) = outcome.seen
    assert "CONCURRENTLY" in seen.step.sql
    assert str(max(seen.locks.values()).sql) == "EXCLUSIVE"


@pytest.mark.parametrize(
    ("view", "why"), [("plain", "unique"), ("partial", "unique"), ("computed", "unique"), ("bare", "filled")]
)
def test_a_view_that_cannot_be_says_why(database: Database, view: str, why: str) -> None:
    with database.connect() as connection:
        connection.execute((SCHEMA + BARE).encode())
        sql = f"REFRESH MATERIALIZED VIEW {view}"
        (step,) = ways.planned(connection, sql)
        assert (step.sql, step.rewrite) == (sql, None)
        assert why in step.notes[0]


def test_what_is_small_or_emptied_is_left_alone(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(SCHEMA.encode())
        (emptied,) = ways.planned(connection, "REFRESH MATERIALIZED VIEW keyed WITH NO DATA")
        (small,) = ways.planned(connection, "REFRESH MATERIALIZED VIEW keyed", small=1_000_000)
        assert (emptied.rewrite, emptied.notes) == (small.rewrite, small.notes) == (None, ())
