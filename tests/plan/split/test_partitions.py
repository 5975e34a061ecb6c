"""ATTACH PARTITION without a scan, DETACH PARTITION without ACCESS EXCLUSIVE on the parent; and the same schema."""

from __future__ import annotations

import psycopg
import pytest

from safemigrate.plan.split import bounds
from safemigrate.scratch import Database
from safemigrate.statement.edit import partitions as edit
from safemigrate.steps import Kind
from tests.fix_pg import Templates
from tests.plan.split import ways

MANY = ", ".join(f"'v{number}'" for number in range(150))
LONG = "a_partition_whose_name_has_as_many_bytes_as_a_name_can_have____"

# type of the key, bound, a row that fits, a row that belongs into the DEFAULT partition
SINGLE = [
    ("int", "FOR VALUES FROM (1) TO (10)", "5", "11"),
    ("bigint", "FOR VALUES FROM (MINVALUE) TO (10)", "-5", "11"),
    ("int", "FOR VALUES FROM (-3) TO (MAXVALUE)", "5", "-4"),
    ("int", "FOR VALUES FROM (MINVALUE) TO (MAXVALUE)", "5", "NULL"),
    ("numeric(8, 2)", "FOR VALUES FROM (1.5) TO (10)", "5", "11"),
    ("date", "FOR VALUES FROM ('2024-01-01') TO (DATE '2024-02-01')", "'2024-01-31'", "'2024-02-01'"),
    ("timestamptz", "FOR VALUES FROM ('2024-01-01') TO ('2024-02-01 00:00+00')", "'2024-01-31'", "'2024-03-01'"),
    ("timestamp", "FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')", "'2024-01-31'", "'2024-03-01'"),
    ("text", "FOR VALUES FROM ('a''') TO ('n')", "'b'", "'z'"),
    ("varchar(20)", "FOR VALUES FROM ('a') TO ('n')", "'b'", "'z'"),
    ("uuid", "FOR VALUES FROM ('00000000-0000-0000-0000-000000000000') TO ('10000000-0000-0000-0000-000000000000')",
     "'00000000-0000-0000-0000-000000000001'", "'f0000000-0000-0000-0000-000000000000'"),
    ("int", "FOR VALUES IN (5)", "5", "11"),
    ("int", "FOR VALUES IN (5, 6, NULL)", "NULL", "11"),
    ("int", "FOR VALUES IN (NULL)", "NULL", "11"),
    ("text", "FOR VALUES IN ('a', 'it''s')", "'a'", "'z'"),
    ("varchar(20)", "FOR VALUES IN ('a', 'b'::varchar(20))", "'a'", "'z'"),
    ("char(3)", "FOR VALUES IN ('a', 'b')", "'a'", "'z'"),
    ("boolean", "FOR VALUES IN (true)", "true", "false"),
    ("mood", "FOR VALUES IN ('ok', 'sad')", "'ok'", "'odd'"),
    ("text", f"FOR VALUES IN ({MANY})", "'v3'", "'z'"),
    ("int[]", "FOR VALUES IN ('{1}', '{1,2}')", "'{1}'", "'{3}'"),
]  # fmt: skip


def single(kind: str, bound: str, fits: str, other: str, *, default: bool) -> str:
    strategy = "LIST" if " IN " in bound else "RANGE"
    rest = "CREATE TABLE rest PARTITION OF p DEFAULT;" if default else ""
    return f"""
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'odd');
        CREATE TABLE p ("The Key" {kind}, n int) PARTITION BY {strategy} ("The Key");
        {rest}
        CREATE TABLE "P 1" (n int, "The Key" {kind});
        INSERT INTO "P 1" SELECT i, {fits} FROM generate_series(1, 30) i;
        {f"INSERT INTO p SELECT {other}, i FROM generate_series(1, 30) i;" if default else ""}
    """


@pytest.mark.parametrize("default", [False, True], ids=["no-default", "default"])
@pytest.mark.parametrize(("kind", "bound", "fits", "other"), ways.marked(SINGLE, 0, 6, 12, 18, 19))
def test_attach_reads_no_row_under_its_lock(
    templates: Templates, kind: str, bound: str, fits: str, other: str, default: bool
) -> None:
    schema = single(kind, bound, fits, other, default=default)
    outcome = ways.same(templates, schema, f'ALTER TABLE p ATTACH PARTITION "P 1" {bound}')
    assert outcome.scanned_under_strong_locks == set()
    assert len(outcome.seen) == (7 if default else 4)
    assert "safemigrate" not in outcome.split


COMPOSITE = [
    "FROM (1, 'a', 1) TO (2, 'b', 2)",
    "FROM (1, 'a', 1) TO (1, 'b', 2)",
    "FROM (1, 'a', 1) TO (1, 'a', 2)",
    "FROM (1, MINVALUE, MINVALUE) TO (1, MAXVALUE, MAXVALUE)",
    "FROM (1, 'a', MINVALUE) TO (5, 'a', MAXVALUE)",
    "FROM (MINVALUE, MINVALUE, MINVALUE) TO (2, 'a', 1)",
    "FROM (1, 'a', MAXVALUE) TO (2, 'b', MINVALUE)",
    "FROM (1, 'a', 0) TO (MAXVALUE, MAXVALUE, MAXVALUE)",
]


@pytest.mark.parametrize("bound", ways.marked(COMPOSITE, 0, 4))
def test_a_bound_over_several_columns_is_recognized_too(templates: Templates, bound: str) -> None:
    schema = """
        CREATE TABLE p (a int, b text, c bigint) PARTITION BY RANGE (a, b, c);
        CREATE TABLE rest PARTITION OF p DEFAULT;
        CREATE TABLE p1 (a int, b text, c bigint);
        INSERT INTO p SELECT -1, NULL, i FROM generate_series(1, 30) i;
    """
    outcome = ways.same(templates, schema, f"ALTER TABLE p ATTACH PARTITION p1 FOR VALUES {bound}")
    assert outcome.scanned_under_strong_locks == set()


NESTED = f"""
    CREATE SCHEMA "S";
    CREATE TABLE p (id int NOT NULL, k text NOT NULL, n int, PRIMARY KEY (id, k), UNIQUE (k, id))
        PARTITION BY RANGE (id);
    CREATE TABLE p_old PARTITION OF p FOR VALUES FROM (0) TO (1000) PARTITION BY LIST (k);
    CREATE TABLE p_rest PARTITION OF p_old DEFAULT;
    CREATE INDEX ON p (n DESC);
    CREATE INDEX named ON p (lower(k), (n + 1)) WHERE n > 0;
    CREATE INDEX ON p (n) INCLUDE (k);
    CREATE TABLE "S".{LONG} (id int NOT NULL, k text NOT NULL, n int);
    CREATE INDEX mine ON "S".{LONG} (n) INCLUDE (k);
    INSERT INTO "S".{LONG} SELECT i, 'a', i FROM generate_series(1, 30) i;
    INSERT INTO p SELECT i, 'z', i FROM generate_series(1, 30) i;
"""
NEST = f"""ALTER TABLE ONLY p_old ATTACH PARTITION "S".{LONG} FOR VALUES IN ('a', 'b')"""


@pytest.mark.matrix
def test_missing_indexes_are_built_before_it_by_the_names_that_it_would_choose(templates: Templates) -> None:
    outcome = ways.same(templates, NESTED, NEST)
    assert outcome.scanned_under_strong_locks == set()
    built = [seen for seen in outcome.seen if seen.step.kind is Kind.AUTOCOMMIT]
    assert len(built) == 4


def test_every_part_of_an_attach_can_be_taken_back(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(NESTED.encode())
        before = database.dump()
        steps = ways.planned(connection, NEST)
        for count in range(1, len(steps) + 1):
            done = ways.run(connection, steps[:count])
            ways.take_back(connection, [seen.step for seen in done])
            assert database.dump() == before, count


@pytest.mark.matrix
def test_a_partition_that_is_partitioned_itself_is_attached_without_a_scan(templates: Templates) -> None:
    schema = """
        CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);
        CREATE TABLE rest PARTITION OF p DEFAULT PARTITION BY LIST (b);
        CREATE TABLE rest1 PARTITION OF rest DEFAULT;
        CREATE TABLE q (b int, a int) PARTITION BY LIST (b);
        CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1);
        CREATE TABLE q2 (a int, b int); ALTER TABLE q ATTACH PARTITION q2 FOR VALUES IN (2);
        INSERT INTO q SELECT 1 + i % 2, i FROM generate_series(1, 30) i;
        INSERT INTO p SELECT i, i FROM generate_series(101, 120) i;
    """
    outcome = ways.same(templates, schema, "ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (1) TO (100)")
    assert outcome.scanned_under_strong_locks == set()


@pytest.mark.matrix
def test_a_row_outside_of_the_bound_stops_it_before_anything_is_attached(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(b"CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 AS SELECT 2 AS a")
        before = database.dump()
        steps = ways.planned(connection, "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)")
        with pytest.raises(psycopg.errors.CheckViolation):
            ways.run(connection, steps)
        ways.take_back(connection, steps[:1])
        assert database.dump() == before


REFUSED = [
    ("PARTITION BY HASH (a)", "FOR VALUES WITH (MODULUS 2, REMAINDER 1)"),
    ("PARTITION BY RANGE ((a + 1))", "FOR VALUES FROM (1) TO (2)"),
    ("PARTITION BY RANGE (t)", "FOR VALUES FROM (DATE '2024-01-01') TO ('2024-02-01')"),
    ("PARTITION BY RANGE (a)", "FOR VALUES FROM (1 + 1) TO (9)"),
    ('PARTITION BY LIST (b COLLATE "C")', "FOR VALUES IN ('a')"),
    ("PARTITION BY LIST (b text_pattern_ops)", "FOR VALUES IN ('a')"),
    ("PARTITION BY LIST (d)", "FOR VALUES IN (1)"),
    ("PARTITION BY LIST (v)", f"FOR VALUES IN ({MANY})"),
    ("PARTITION BY LIST (a)", "DEFAULT"),
]


@pytest.mark.parametrize(("key", "bound"), REFUSED)
def test_a_bound_that_cannot_be_put_as_a_check_says_so(database: Database, key: str, bound: str) -> None:
    with database.connect() as connection:
        columns = "(a int, b text, t timestamptz, d small, v varchar)"
        connection.execute(f"CREATE DOMAIN small AS int; CREATE TABLE p {columns} {key}".encode())
        connection.execute(f"CREATE TABLE p1 {columns}".encode())
        sql = f"ALTER TABLE p ATTACH PARTITION p1 {bound}"
        (step,) = ways.planned(connection, sql)
        assert (step.sql, step.rewrite) == (sql, None)
        assert "check" in step.notes[0]
        connection.execute(sql.encode())


def test_a_default_partition_is_looked_at_even_if_the_new_one_is_new(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(b"CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE rest PARTITION OF p DEFAULT")
        attach = "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)"
        steps = ways.planned(connection, "CREATE TABLE p1 (a int)", attach)
        assert len(steps) == 5
        assert "NOT (" in steps[1].sql
        assert 'ALTER TABLE "public"."rest" ADD CONSTRAINT' in steps[1].sql
        (small,) = ways.planned(connection, attach, small=1_000)
        assert small.rewrite is None


# -- DETACH

DETACH = """
    CREATE SCHEMA "S";
    CREATE TABLE p (a int, b text, "K" date, CHECK (a > 0)) PARTITION BY {key};
    CREATE TABLE "S"."P 1" (b text, "K" date, a int, CONSTRAINT p_a_check CHECK (a > 0));
    CREATE INDEX ON p (b);
    ALTER TABLE p ATTACH PARTITION "S"."P 1" {bound};
    CREATE TABLE p2 PARTITION OF p {second};
    INSERT INTO p VALUES (1, 'a', '2024-01-01');
    {more}
"""
KEYS = [
    ("RANGE (a)", "FOR VALUES FROM (1) TO (10)", "FOR VALUES FROM (10) TO (20)"),
    ('RANGE ("K", a)', "FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2024-02-01', 1)",
     "FOR VALUES FROM ('2025-01-01', 1) TO ('2026-02-01', 1)"),
    ("LIST (b)", "FOR VALUES IN ('a', NULL)", "FOR VALUES IN ('b')"),
    ("LIST (lower(b))", "FOR VALUES IN ('a')", "FOR VALUES IN ('b')"),
    ("HASH (a, b)", "FOR VALUES WITH (MODULUS 1, REMAINDER 0)", ""),
]  # fmt: skip
MORE = ["", 'ALTER TABLE "S"."P 1" ADD CONSTRAINT "P 1_a_check" CHECK (a < 100)', 'CREATE SEQUENCE "S"."P 1_a_check"']


def detachable(key: str, bound: str, second: str, more: str = "") -> str:
    schema = DETACH.format(key=key, bound=bound, second=second or "FOR VALUES", more=more)
    return schema if second else "\n".join(line for line in schema.splitlines() if "CREATE TABLE p2" not in line)


@pytest.mark.parametrize("more", MORE, ids=["", "name taken", "name of a sequence"])
@pytest.mark.parametrize(("key", "bound", "second"), ways.marked(KEYS, 2, 4))
def test_detach_concurrently_leaves_no_check_behind(
    templates: Templates, key: str, bound: str, second: str, more: str
) -> None:
    schema = detachable(key, bound, second, more)
    outcome = ways.same(templates, schema, 'ALTER TABLE p DETACH PARTITION "S"."P 1"')
    detached, dropped = outcome.seen
    assert detached.step.kind is Kind.AUTOCOMMIT
    assert "DROP CONSTRAINT" in dropped.step.sql


@pytest.mark.matrix
def test_only_the_detach_can_be_taken_back(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(detachable(*KEYS[0]).encode())
        before = database.dump()
        first, _second = ways.planned(connection, 'ALTER TABLE p DETACH PARTITION "S"."P 1"')
        (done,) = ways.run(connection, [first])
        ways.take_back(connection, [done.step])
        assert database.dump() == before


@pytest.mark.matrix
def test_attaching_again_reads_nothing_because_of_the_check(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(detachable(*KEYS[0]).encode())
        steps = ways.planned(connection, 'ALTER TABLE p DETACH PARTITION "S"."P 1"')
        seen = ways.run(connection, steps)
        texts = [text for each in reversed(seen) for text in each.step.undo.sql]
        assert [_scans(database, text) for text in texts] == [0, 1, 0, 0]


def _scans(database: Database, text: str) -> int:
    """How often *text* reads the partition, counted in a session of its own."""
    with database.connect() as connection, connection.transaction():
        connection.execute(text.encode())
        count = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'P 1'"
        row = connection.execute(count).fetchone()
        return int(row[0]) if row else 0


def test_with_a_default_partition_it_is_detached_as_written(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(detachable(*KEYS[0], "CREATE TABLE rest PARTITION OF p DEFAULT").encode())
        (step,) = ways.planned(connection, "ALTER TABLE p DETACH PARTITION p2")
        assert step.rewrite is None
        assert "DEFAULT" in step.notes[0]


# -- the condition by itself


def condition(bound: str, *columns: str) -> str | None:
    parsed = edit.bound(f"ALTER TABLE p ATTACH PARTITION q FOR VALUES {bound}")
    assert parsed is not None
    return bounds.condition(parsed, [bounds.Column(name, "integer", exact=True) for name in columns])


def test_a_bound_of_two_columns_is_a_row_comparison_taken_apart() -> None:
    assert condition("FROM (1, 2) TO (1, MAXVALUE)", "a", "B") == (
        '("a" IS NOT NULL) AND ("B" IS NOT NULL) AND ("a" = CAST(1 AS integer)) AND (("B" >= CAST(2 AS integer)))'
    )


def test_a_bound_that_does_not_fit_the_key_has_no_condition() -> None:
    assert condition("FROM (1) TO (2)", "a", "b") is None
    assert condition("IN (1)", "a", "b") is None
    assert condition("FROM (1) TO ('2'::text)", "a") is None
