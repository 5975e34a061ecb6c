"""CREATE INDEX, DROP INDEX and REINDEX the safe way: the same schema, by the names that PostgreSQL chooses."""

from __future__ import annotations

import psycopg
import pytest

from safemigrate import plan
from safemigrate.plan.catalog import Catalog
from safemigrate.scratch import Database
from safemigrate.statement.edit import indexes as edit
from safemigrate.steps import Kind
from tests.fix_pg import Templates
from tests.plan.split import ways

LONG = "a_table_whose_name_has_as_many_bytes_as_a_name_can_have_in_all_"
SCHEMA = f"""
    CREATE SCHEMA "Other Schema";
    CREATE TABLE t (id int PRIMARY KEY, a int, b text, c text COLLATE "C", "Mixed Case" int, data jsonb);
    INSERT INTO t SELECT i, i, 'b' || i, 'c', i FROM generate_series(1, 100) i;
    CREATE TABLE "Other Schema"."T 2" (LIKE t);
    CREATE TABLE {LONG} (id int, a_column_with_quite_a_long_name int, täxt text);
    CREATE INDEX t_id_idx ON t (id);
    CREATE SEQUENCE t_a_idx;
    CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
"""

CREATE = [
    "CREATE INDEX ix ON t (a)",
    "CREATE UNIQUE INDEX ux ON t (a, b DESC NULLS LAST) INCLUDE (c) WHERE a > 0 AND b <> 'it''s'",
    "CREATE INDEX IF NOT EXISTS ix ON t (a)",
    "CREATE INDEX IF NOT EXISTS t_id_idx ON t (a)",
    "CREATE INDEX ON t (a)",
    "CREATE INDEX ON t (id)",
    "CREATE INDEX ON t (a, a)",
    "CREATE INDEX ON t (a) INCLUDE (b)",
    "CREATE INDEX ON t ((a + 1), lower(b), (a * 2), ((a + 1)::bigint), (coalesce(b, c)))",
    "CREATE INDEX ON t ((CASE WHEN a > 1 THEN b ELSE c END), (a), (a::bigint), (NULLIF(a, 1)), (b COLLATE \"C\"))",
    "CREATE INDEX ON t ((a + 1)) WHERE b IS NOT NULL",
    "CREATE INDEX ON t (greatest(a, id), (ARRAY[a, id]), (data ->> 'x'), (data['x']), ((data -> 'x') IS NULL))",
    'CREATE INDEX ON t ("Mixed Case", (upper(c) || b))',
    "CREATE INDEX ON t USING gin (data jsonb_path_ops) WITH (fastupdate = off)",
    "CREATE INDEX ON t USING hash (b)",
    "CREATE INDEX ON t USING brin (a) WITH (pages_per_range = 4, autosummarize = true)",
    "CREATE INDEX ON t (b text_pattern_ops, c COLLATE \"C\" DESC)",
    "CREATE INDEX ix_m ON m (a)",
    "CREATE UNIQUE INDEX ON m (a, b)",
    'CREATE INDEX "An ""Index""" ON "Other Schema"."T 2" ("Mixed Case")',
    'CREATE INDEX ON "Other Schema"."T 2" ("Mixed Case")',
    f"CREATE INDEX ON {LONG} (a_column_with_quite_a_long_name)",
    f"CREATE INDEX ON {LONG} (a_column_with_quite_a_long_name, täxt, id)",
    f"CREATE INDEX {LONG[:-1]}x ON {LONG} (id)",
    "/* said */ CREATE INDEX ix ON t (a) -- and done",
]  # fmt: skip


@pytest.mark.parametrize("sql", ways.marked(CREATE, 0, 7, 8, 9, 11))
def test_an_index_built_concurrently_is_the_one_that_was_asked_for(templates: Templates, sql: str) -> None:
    outcome = ways.same(templates, SCHEMA, sql)
    (seen,) = outcome.seen
    assert seen.step.kind is Kind.AUTOCOMMIT
    assert "CONCURRENTLY" in seen.step.sql


@pytest.mark.matrix
def test_two_unnamed_indexes_of_a_revision_get_the_names_that_they_would_have_got(templates: Templates) -> None:
    outcome = ways.same(
        templates, SCHEMA, "CREATE INDEX ON t (b)", "CREATE INDEX ON t (b)", "CREATE INDEX t_c_idx ON t (a)",
        "CREATE INDEX ON t (c)",
    )  # fmt: skip
    assert [sql.split()[3] for sql in outcome.sql] == ["t_b_idx", "t_b_idx1", "t_c_idx", "t_c_idx1"]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX ix ON t (a)",
        "DROP INDEX t_id_idx",
        "REINDEX TABLE t",
        "CREATE INDEX CONCURRENTLY ix ON t (a)",
        "CREATE INDEX ix ON new (a)",
        "CREATE INDEX ix ON nowhere (a)",
    ],
)
def test_what_is_small_new_or_concurrent_already_is_left_alone(database: Database, sql: str) -> None:
    with database.connect() as connection:
        connection.execute(SCHEMA.encode())
        small = 0 if "CONCURRENTLY" in sql else 1_000_000
        *_, step = ways.planned(connection, "CREATE TABLE new (a int)", sql, small=small)
        assert (step.sql, step.rewrite, step.notes) == (sql, None, ())


@pytest.mark.parametrize(
    "sql",
    [
        "DROP INDEX t_b",
        "DROP INDEX IF EXISTS t_b, nothing_of_this_name, t_c",
        pytest.param('DROP INDEX t_b, t_c, "Other Schema"."An Index"', marks=pytest.mark.matrix),
        "DROP INDEX t_b RESTRICT",
    ],
)
def test_indexes_are_dropped_concurrently_one_by_one_and_come_back(templates: Templates, sql: str) -> None:
    schema = f"""{SCHEMA}
        CREATE INDEX t_b ON t (lower(b)) WHERE a > 1; COMMENT ON INDEX t_b IS 'it''s one';
        CREATE UNIQUE INDEX t_c ON t (id) INCLUDE (c) WITH (fillfactor = 70); ALTER TABLE t CLUSTER ON t_c;
        CREATE INDEX "An Index" ON "Other Schema"."T 2" ("Mixed Case" DESC);
    """
    outcome = ways.same(templates, schema, sql)
    assert len(outcome.sql) == sql.count(",") + 1
    assert sum("DROP INDEX CONCURRENTLY" in text for text in outcome.sql) == len(outcome.sql) - ("nothing" in sql)


REFUSED = {
    "DROP INDEX t_id_idx CASCADE": "CASCADE",
    "DROP INDEX p_a": "partitioned",
    "REINDEX TABLE p": "partitioned",
    "REINDEX INDEX p_a": "partitioned",
    "REINDEX TABLE e": "exclusion constraint",
    "REINDEX INDEX e_excl": "exclusion constraint",
    "REINDEX SCHEMA public": "many tables",
    "CREATE INDEX ON t ((xmlroot(b::xml, version '1.0')))": "cannot be told",
    "CREATE INDEX f_a ON f (a)": "foreign table",
    "CREATE INDEX ON twins (a_column_with_a_rather_long_name, another_column_with_a_rather_long_name)": "number",
    "CREATE INDEX ON perhaps (lower(b))": "may be equal",
    "CREATE INDEX ON perhaps (b text_pattern_ops)": "may be equal",
    "CREATE UNIQUE INDEX ON perhaps (a)": "serves a constraint",
}
AWKWARD = """
    CREATE TABLE p (id int, a int) PARTITION BY RANGE (id);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
    CREATE INDEX p_a ON p (a);
    CREATE TABLE e (id int, CONSTRAINT e_excl EXCLUDE (id WITH =));
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
    CREATE TABLE f (a int) PARTITION BY LIST (a);
    CREATE FOREIGN TABLE f1 PARTITION OF f FOR VALUES IN (1) SERVER s;
    CREATE TABLE twins (a_column_with_a_rather_long_name int, another_column_with_a_rather_long_name int)
        PARTITION BY LIST (a_column_with_a_rather_long_name);
    CREATE TABLE twins_whose_name_differs_at_its_end_2001 PARTITION OF twins FOR VALUES IN (2);
    CREATE TABLE twins_whose_name_differs_at_its_end_2002 PARTITION OF twins FOR VALUES IN (1);
    CREATE TABLE perhaps (a int, b text) PARTITION BY LIST (a);
    CREATE TABLE perhaps1 PARTITION OF perhaps FOR VALUES IN (1);
    ALTER TABLE perhaps1 ADD CONSTRAINT perhaps1_unique UNIQUE (a);
    CREATE INDEX ON perhaps1 (lower(b)); CREATE INDEX ON perhaps1 (b);
"""


@pytest.mark.parametrize("sql", REFUSED)
def test_what_cannot_be_done_concurrently_says_why(database: Database, sql: str) -> None:
    with database.connect() as connection:
        connection.execute((SCHEMA + AWKWARD).encode())
        (step,) = ways.planned(connection, sql)
        assert (step.sql, step.rewrite) == (sql, None)
        assert any("as written" in note and REFUSED[sql] in note for note in step.notes), step.notes


@pytest.mark.matrix
def test_a_table_with_an_invalid_index_is_reindexed_as_written(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(b"CREATE TABLE u AS SELECT 1 AS a FROM generate_series(1, 2)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("CREATE UNIQUE INDEX CONCURRENTLY u_a ON u (a)")
        (table,) = ways.planned(connection, "REINDEX TABLE u")
        assert "invalid" in table.notes[0]
        (index,) = ways.planned(connection, "REINDEX INDEX u_a")
        assert index.sql == "REINDEX (CONCURRENTLY) INDEX u_a"


@pytest.mark.parametrize("sql", ways.cases("* REINDEX TABLE t\nREINDEX INDEX t_id_idx\nREINDEX (VERBOSE) TABLE m"))
def test_indexes_are_rebuilt_concurrently(templates: Templates, sql: str) -> None:
    (text,) = ways.same(templates, SCHEMA, sql).sql
    assert "CONCURRENTLY" in text


def test_an_index_that_a_constraint_needs_is_refused_by_postgresql_as_before(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(SCHEMA.encode())
        (step,) = ways.planned(connection, "DROP INDEX t_pkey")
        assert step.sql == "DROP INDEX t_pkey"


# -- partitioned tables

PARTITIONED = """
    CREATE SCHEMA "Old Rows";
    CREATE TABLE p (id int, a int, b text, "Mixed Case" int) PARTITION BY RANGE (id);
    CREATE TABLE p_2001 PARTITION OF p FOR VALUES FROM (1) TO (10);
    CREATE TABLE "Old Rows"."P 2002" (b text, "Mixed Case" int, gone int, id int, a int);
    ALTER TABLE "Old Rows"."P 2002" DROP COLUMN gone;
    ALTER TABLE p ATTACH PARTITION "Old Rows"."P 2002" FOR VALUES FROM (10) TO (20);
    CREATE TABLE p_2003 PARTITION OF p FOR VALUES FROM (20) TO (30) PARTITION BY LIST (a);
    CREATE TABLE p_2003_one PARTITION OF p_2003 FOR VALUES IN (1);
    CREATE TABLE p_2003_two PARTITION OF p_2003 FOR VALUES IN (2);
    CREATE TABLE p_2004 PARTITION OF p FOR VALUES FROM (30) TO (40) PARTITION BY LIST (a);
    CREATE TABLE p_rest PARTITION OF p DEFAULT;
    INSERT INTO p SELECT i, 1 + i % 2, 'b' || i FROM generate_series(1, 29) i;
    CREATE SEQUENCE p_2001_a_idx;
"""
VALID = "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid"
WHOLE = [
    "CREATE INDEX ix ON p (a)",
    "CREATE INDEX ON p (a)",
    "CREATE UNIQUE INDEX ON p (id, a, b) INCLUDE (\"Mixed Case\")",
    "CREATE INDEX ON p (lower(b), (a + 1), (a + 2)) WHERE a > 0",
    'CREATE INDEX IF NOT EXISTS p_2001_b_idx ON p (b text_pattern_ops DESC, "Mixed Case")',
    "CREATE INDEX ON p_2003 (b)",
    "CREATE INDEX ON p USING hash (b) WITH (fillfactor = 60)",
    "CREATE INDEX IF NOT EXISTS there ON p (a)",
]  # fmt: skip


@pytest.mark.parametrize("sql", ways.marked(WHOLE, 0, 3, 5))
def test_an_index_of_a_partitioned_table_is_built_partition_by_partition(templates: Templates, sql: str) -> None:
    outcome = ways.same(templates, PARTITIONED, sql)
    assert outcome.seen[0].step.rewrite is not None
    assert outcome.scanned_under_strong_locks == set()
    assert sum(seen.step.kind is Kind.AUTOCOMMIT for seen in outcome.seen) >= 2


@pytest.mark.parametrize("sql", ways.marked(WHOLE, 3))
def test_the_index_of_the_whole_is_valid_in_the_end(database: Database, sql: str) -> None:
    with database.connect() as connection:
        connection.execute(PARTITIONED.encode())
        ways.run(connection, ways.planned(connection, sql))
        assert connection.execute(VALID).fetchall() == []


@pytest.mark.matrix
def test_a_partition_that_was_added_since_the_plan_is_not_forgotten(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(PARTITIONED.encode())
        steps = ways.planned(connection, WHOLE[0])
        connection.execute("CREATE TABLE p_new PARTITION OF p FOR VALUES FROM (50) TO (60)")
        before = database.dump()
        done = ways.run(connection, steps[:-1])
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="a partition was added"):
            ways.run(connection, steps[-1:])
        ways.take_back(connection, [seen.step for seen in done])
        assert database.dump() == before
        ways.run(connection, ways.planned(connection, WHOLE[0]))
        assert connection.execute(VALID).fetchall() == []


@pytest.mark.parametrize("sql", ways.marked([WHOLE[0], WHOLE[3]], 0))
def test_every_part_of_it_can_be_taken_back(database: Database, sql: str) -> None:
    """Whatever number of parts is done when the run fails."""
    with database.connect() as connection:
        connection.execute((PARTITIONED + "CREATE INDEX older ON p_2003 (a); CREATE INDEX old ON p_2001 (a)").encode())
        before = database.dump()
        steps = ways.planned(connection, sql)
        for count in range(1, len(steps) + 1):
            done = ways.run(connection, steps[:count])
            ways.take_back(connection, [seen.step for seen in done])
            assert database.dump() == before, count


@pytest.mark.parametrize(
    "there",
    [
        "CREATE INDEX mine ON p_2001 (a); COMMENT ON INDEX mine IS 'mine'",
        pytest.param(
            "CREATE INDEX mine ON p_2001 (a DESC); CREATE INDEX mine2 ON p_2001 (a)", marks=pytest.mark.matrix
        ),
        "CREATE INDEX mine ON p_2003 (a)",
        "CREATE INDEX mine ON p_2003_one (a)",
        "CREATE UNIQUE INDEX no ON p_2001 (a, id)",
        "CREATE INDEX no ON p_2001 (a) WHERE a > 0; CREATE INDEX no2 ON p_2001 (a) INCLUDE (b)",
        "CREATE INDEX no ON p_2001 USING hash (a)",
        pytest.param("CREATE INDEX first ON p (a)", marks=pytest.mark.matrix),
    ],
)  # fmt: skip
def test_an_equal_index_of_a_partition_is_attached_as_postgresql_does(templates: Templates, there: str) -> None:
    outcome = ways.same(templates, f"{PARTITIONED}{there}", "CREATE INDEX ON p (a)")
    assert any('"mine"' in text for text in outcome.sql) == ("mine" in there)


def test_only_what_the_author_says_of_only_stays(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(PARTITIONED.encode())
        (step,) = ways.planned(connection, "CREATE INDEX ix ON ONLY p (a)")
        assert (step.rewrite, step.notes) == (None, ())


def test_an_index_that_is_there_is_not_made_again(database: Database) -> None:
    with database.connect() as connection:
        connection.execute((PARTITIONED + "CREATE INDEX ix ON p (a)").encode())
        (step,) = ways.planned(connection, "CREATE INDEX IF NOT EXISTS ix ON p (a)")
        assert step.rewrite is None


def test_the_index_on_only_the_parent_locks_nothing_below_it(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(PARTITIONED.encode())
        catalog = Catalog(connection)
        first = plan.resolve(ways.planned(connection, "CREATE INDEX ix ON p (a)")[0], catalog)
        names = {str(name) for _oid, name, _mode in catalog.locks(first.impact)}
        assert not names & {"public.p_2001", "Old Rows.P 2002", "public.p_2003_one"}


def test_the_same_names_come_of_the_same_expressions() -> None:
    assert edit.key_names("CREATE INDEX ON t (a, a, lower(b), (a + 1), (a + 2))") == (
        "a",
        "a1",
        "lower",
        "expr",
        "expr1",
    )
    assert edit.key_names("CREATE INDEX ON t ((xmlroot(b, version '1')))") == ()
