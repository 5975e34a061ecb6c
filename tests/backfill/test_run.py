"""One batch and one second visit: what they change, what they leave to others, and what they journal."""

from __future__ import annotations

import itertools
from typing import Any

import psycopg
import pytest

from safemigrate import scratch
from safemigrate.backfill import ranges, run
from safemigrate.journal import FencedOff
from tests.backfill import batches
from tests.fix_blocker import Blockers

COUNTS = "SELECT n, count(*) FROM t GROUP BY n ORDER BY n"


@pytest.fixture
def connection(database: scratch.Database) -> Any:
    """The tables t (100 rows, n = 0) and other."""
    with database.connect(autocommit=True) as connection:
        connection.execute("CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, code text UNIQUE)")
        connection.execute("INSERT INTO t SELECT i, 0, i FROM generate_series(1, 100) i")
        connection.execute(
            "CREATE TABLE other (t int, v int); INSERT INTO other SELECT i, i FROM generate_series(1, 50) i"
        )
        yield connection


def test_what_somebody_has_locked_is_noted_and_done_on_the_second_visit(
    connection: psycopg.Connection, blocker: Blockers
) -> None:
    holder = blocker.session()
    holder.connection.execute("SELECT FROM t WHERE id IN (3, 40, 41) FOR UPDATE")
    step = batches.begin(connection, "UPDATE t SET n = n + 1")
    assert step.go(lambda: 13) == 97
    assert run.skipped(connection, step.place) == 3
    assert run.holders(connection, step.spec, step.place) == [holder.pid]
    assert step.visit_again() == 0
    assert run.skipped(connection, step.place) == 3
    holder.connection.execute("DELETE FROM t WHERE id = 40")
    holder.connection.commit()
    assert step.visit_again() == 2
    assert run.skipped(connection, step.place) == 0
    assert batches.rows(connection, COUNTS) == [(1, 99)]


def test_rows_that_only_foreign_keys_hold_are_changed_all_the_same(
    connection: psycopg.Connection, blocker: Blockers
) -> None:
    holder = blocker.session()
    holder.connection.execute("SELECT FROM t FOR KEY SHARE")
    assert batches.begin(connection, "UPDATE t SET n = n + 1").go(lambda: 30) == 100


def test_a_change_of_what_foreign_keys_may_refer_to_waits_for_them(
    connection: psycopg.Connection, blocker: Blockers
) -> None:
    holder = blocker.session()
    holder.connection.execute("SELECT FROM t WHERE id = 5 FOR KEY SHARE")
    step = batches.begin(connection, "UPDATE t SET code = code || 'x'")
    assert step.go(lambda: 30) == 99
    assert run.skipped(connection, step.place) == 1


def test_other_tables_say_which_rows_and_what_values(connection: psycopg.Connection) -> None:
    step = batches.begin(connection, "UPDATE t AS x SET n = o.v FROM other AS o WHERE o.t = x.id AND o.v % 2 = 0")
    assert step.go(lambda: 7) == 25
    assert batches.rows(connection, "SELECT count(*) FROM t WHERE n = id AND id % 2 = 0") == [(25,)]
    assert step.restore().restored == 25
    assert batches.rows(connection, COUNTS) == [(0, 100)]
    assert batches.begin(connection, "DELETE FROM t USING other WHERE other.t = t.id").go(lambda: 7) == 50


def test_a_join_that_meets_a_row_twice_changes_it_once(connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO other SELECT t, v FROM other")
    step = batches.begin(connection, "UPDATE t SET n = n + 1 FROM other WHERE other.t = t.id")
    assert step.go(lambda: 7) == 50
    assert batches.rows(connection, COUNTS) == [(0, 50), (1, 50)]


def test_no_row_meets_two_ranges(connection: psycopg.Connection) -> None:
    step = batches.begin(connection, "UPDATE t SET n = n + 1", pieces=7)
    parts = ranges.read(connection, step.place)
    assert len(parts) > 3
    assert all(one.high == next_.low for one, next_ in itertools.pairwise(parts))
    assert (parts[0].low, parts[-1].high) == (None, ("100",))
    assert step.go(lambda: 4) == 100
    assert batches.rows(connection, COUNTS) == [(1, 100)]


def test_a_batch_of_a_run_that_was_fenced_off_is_not_committed(connection: psycopg.Connection) -> None:
    step = batches.begin(connection, "UPDATE t SET n = n + 1")
    (part,) = ranges.read(connection, step.place)
    connection.execute("UPDATE safemigrate.run SET state = 'lost'")
    with pytest.raises(FencedOff):
        run.batch(connection, batches.OPENING, step.spec, step.place, part, 10)
    connection.execute("ROLLBACK")
    assert batches.rows(connection, COUNTS) == [(0, 100)]


def test_a_range_that_somebody_else_has_advanced_is_not_done_again(connection: psycopg.Connection) -> None:
    step = batches.begin(connection, "UPDATE t SET n = n + 1")
    (stale,) = ranges.read(connection, step.place)
    run.batch(connection, batches.OPENING, step.spec, step.place, stale, 10)
    with pytest.raises(FencedOff):
        run.batch(connection, batches.OPENING, step.spec, step.place, stale, 10)
    connection.execute("ROLLBACK")
    assert batches.rows(connection, COUNTS) == [(0, 90), (1, 10)]


def test_an_empty_table_has_no_ranges(connection: psycopg.Connection) -> None:
    connection.execute("TRUNCATE t")
    step = batches.begin(connection, "UPDATE t SET n = n + 1", pieces=3)
    assert ranges.read(connection, step.place) == []


def test_partitions_are_gone_through_along_their_parents_key(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE p (id int, k int NOT NULL, n int, PRIMARY KEY (id, k)) PARTITION BY LIST (k)")
    connection.execute("CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)")
    connection.execute("CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)")
    connection.execute("INSERT INTO p SELECT i, i % 2 + 1, 0 FROM generate_series(1, 100) i")
    step = batches.begin(connection, "UPDATE p SET n = n + 1", pieces=3)
    assert step.go(lambda: 9) == 100
    assert batches.rows(connection, "SELECT n, count(*) FROM p GROUP BY n") == [(1, 100)]
    assert step.restore().restored == 100


def test_without_a_key_pages_are_gone_through(connection: psycopg.Connection) -> None:
    connection.execute("ALTER TABLE t DROP CONSTRAINT t_pkey, ALTER code DROP NOT NULL")
    connection.execute("INSERT INTO t SELECT i, 0 FROM generate_series(101, 5000) i; ANALYZE t")
    step = batches.begin(connection, "UPDATE t SET n = 1 WHERE n = 0", pieces=2)
    assert step.spec.by_place
    assert step.go(lambda: 300) == 5000
    assert batches.rows(connection, COUNTS) == [(1, 5000)]


def test_without_a_key_a_row_that_still_matches_ends_the_batch(connection: psycopg.Connection) -> None:
    connection.execute("ALTER TABLE t DROP CONSTRAINT t_pkey")
    step = batches.begin(connection, "UPDATE t SET n = n + 1 WHERE n < 5")
    with pytest.raises(run.StillMatching):
        step.go(lambda: 10)
    connection.execute("ROLLBACK")
    assert batches.rows(connection, COUNTS) == [(0, 100)]


def test_columns_are_put_back_bit_for_bit(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE w (id int PRIMARY KEY, j json, p point, x box, d numeric, a text[], f float8)")
    connection.execute("""INSERT INTO w VALUES (1, '{"b" :1}', '(1,2)', '(1,1),(0,0)', 1.00, '{a,NULL}', 'NaN')""")
    connection.execute("INSERT INTO w (id) VALUES (2)")
    before = batches.rows(connection, "SELECT w::text FROM w ORDER BY id")
    step = batches.begin(connection, "UPDATE w SET j = '[]', p = '(0,0)', x = NULL, d = 2, a = '{}', f = 0")
    step.go(lambda: 1)
    assert batches.rows(connection, "SELECT w::text FROM w ORDER BY id") != before
    assert step.restore().restored == 2
    assert batches.rows(connection, "SELECT w::text FROM w ORDER BY id") == before
