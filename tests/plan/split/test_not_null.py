"""SET NOT NULL the safe way: by a check up to PostgreSQL 17, by a constraint that is validated later from 18 on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.facts import identifiers
from safemigrate.plan.catalog import Catalog
from safemigrate.plan.split import Situation, not_null
from safemigrate.scratch import Database
from safemigrate.statement.forms import Relation
from tests.fix_pg import Templates
from tests.plan.split import ways

LONG = "a_table_whose_name_is_just_as_long_as_PostgreSQL_lets_it_be_63b"
COLUMN = LONG.replace("table", "_name")
SCHEMA = f"""
    CREATE SCHEMA "Elsewhere";
    CREATE TABLE t (id int PRIMARY KEY, a int, b text, checked int, CONSTRAINT there CHECK (checked IS NOT NULL));
    CREATE TABLE "Elsewhere"."Mixed Case" ("a b" int, "c""d" int);
    CREATE TABLE "{LONG}" ("{COLUMN}" int, "{COLUMN[:-1]}c" int);
    CREATE TABLE parent (id int, a int, b int CHECK (b IS NOT NULL) NO INHERIT);
    CREATE TABLE child (x int) INHERITS (parent);
    CREATE TABLE strict (CONSTRAINT own_name CHECK (a > 0), a int NOT NULL) INHERITS (parent);
    CREATE TABLE p (k int, a int) PARTITION BY LIST (k);
    CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
    CREATE TABLE "Elsewhere"."P2" PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (a);
    CREATE TABLE p22 PARTITION OF "Elsewhere"."P2" DEFAULT;
    INSERT INTO t SELECT g, g, g, g FROM generate_series(1, 9) g;
    INSERT INTO "Elsewhere"."Mixed Case" SELECT g, g FROM generate_series(1, 9) g;
    INSERT INTO "{LONG}" SELECT g, g FROM generate_series(1, 9) g;
    INSERT INTO parent SELECT g, g, g FROM generate_series(1, 9) g;
    INSERT INTO child SELECT g, g, g FROM generate_series(1, 9) g;
    INSERT INTO strict SELECT g, g, g FROM generate_series(1, 9) g;
    INSERT INTO p SELECT 1 + g % 2, g FROM generate_series(1, 9) g;
"""
SPLIT = [
    "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE IF EXISTS ONLY public.t ALTER b SET NOT NULL",
    'ALTER TABLE "Elsewhere"."Mixed Case" ALTER COLUMN "a b" SET NOT NULL, ALTER COLUMN "c""d" SET NOT NULL',
    f'ALTER TABLE "{LONG}" ALTER "{COLUMN}" SET NOT NULL, ALTER "{COLUMN[:-1]}c" SET NOT NULL',
    "ALTER TABLE child ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE parent ALTER COLUMN b SET NOT NULL",
    "ALTER TABLE p ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE p22 ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE t ALTER a SET DEFAULT 7, ALTER a SET NOT NULL, ALTER b DROP DEFAULT",
]


@pytest.mark.parametrize("sql", ways.marked(SPLIT, 0, 4, 6, 8))
def test_both_ways_end_alike_and_no_row_is_read_under_a_strong_lock(templates: Templates, sql: str) -> None:
    outcome = ways.same(templates, SCHEMA, sql)
    assert len(outcome.seen) > 1, outcome.sql
    assert outcome.scanned_under_strong_locks == set()


@pytest.mark.matrix
def test_a_child_that_was_strict_before_ends_alike(templates: Templates) -> None:
    outcome = ways.both(templates, SCHEMA, "ALTER TABLE parent ALTER COLUMN a SET NOT NULL")
    assert outcome.split == outcome.plain
    assert outcome.scanned_under_strong_locks == set()


@pytest.mark.matrix
def test_the_parts_are_those_of_the_version(templates: Templates, pg_version: int) -> None:
    outcome = ways.both(templates, SCHEMA, "ALTER TABLE t ALTER COLUMN a SET NOT NULL")
    if pg_version >= 18:
        assert outcome.sql == [
            'ALTER TABLE "public"."t" ADD CONSTRAINT "t_a_not_null" NOT NULL "a" NOT VALID',
            'ALTER TABLE "public"."t" VALIDATE CONSTRAINT "t_a_not_null"',
        ]
    else:
        assert outcome.sql == [
            'ALTER TABLE "public"."t" ADD CONSTRAINT "t_a_safemigrate" CHECK ("a" IS NOT NULL) NOT VALID',
            'ALTER TABLE "public"."t" VALIDATE CONSTRAINT "t_a_safemigrate"',
            'ALTER TABLE "public"."t" ALTER COLUMN "a" SET NOT NULL;\n'
            'ALTER TABLE "public"."t" DROP CONSTRAINT "t_a_safemigrate"',
        ]
    assert {each.step.rewrite.family for each in outcome.seen if each.step.rewrite} == {"not null"}


@pytest.mark.matrix
def test_a_column_that_the_revision_adds_becomes_not_null_by_a_check(templates: Templates) -> None:
    statements = [
        "ALTER TABLE t ADD COLUMN n int DEFAULT 1",
        "ALTER TABLE t ALTER COLUMN n SET NOT NULL",
        "ALTER TABLE t RENAME COLUMN a TO z",
        "ALTER TABLE t ALTER COLUMN z SET NOT NULL",
    ]
    outcome = ways.same(templates, SCHEMA, *statements)
    assert sum("IS NOT NULL" in sql for sql in outcome.sql) == 2
    assert outcome.scanned_under_strong_locks == set()


@pytest.mark.matrix
def test_nothing_is_split_where_nothing_would_be_read(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(SCHEMA.encode())
        for sql in (
            "ALTER TABLE t ALTER COLUMN id SET NOT NULL",
            "ALTER TABLE t ALTER COLUMN checked SET NOT NULL",
            "CREATE TABLE n (a int)",
            "ALTER TABLE strict ALTER COLUMN a SET NOT NULL",
        ):
            (step,) = ways.planned(connection, sql)
            assert (step.sql, step.rewrite, step.notes) == (sql, None, ())


@pytest.mark.matrix
def test_a_null_fails_the_validation_and_nothing_stays(database: Database) -> None:
    with database.connect() as connection:
        connection.execute((SCHEMA + "INSERT INTO p VALUES (2, NULL)").encode())
        before = database.dump()
        done, failed = ways.until_failure(connection, ways.planned(connection, "ALTER TABLE p ALTER a SET NOT NULL"))
        assert "VALIDATE" in failed.sql
        ways.take_back(connection, done)
    assert database.dump() == before


@pytest.mark.matrix
def test_a_constraint_that_was_not_valid_is_only_validated(templates: Templates, pg_version: int) -> None:
    if pg_version < 18:
        pytest.skip("a not-null constraint can be NOT VALID from PostgreSQL 18 on")
    schema = SCHEMA + "ALTER TABLE t ADD CONSTRAINT later NOT NULL a NOT VALID;"
    outcome = ways.same(templates, schema, "ALTER TABLE t ALTER COLUMN a SET NOT NULL")
    assert outcome.sql == ['ALTER TABLE "public"."t" VALIDATE CONSTRAINT "later"']


@pytest.mark.parametrize("sql", ["ADD CONSTRAINT named NOT NULL a", "ADD NOT NULL a", "ADD NOT NULL a NO INHERIT"])
@pytest.mark.matrix
def test_not_null_as_a_constraint_is_validated_later(templates: Templates, pg_version: int, sql: str) -> None:
    if pg_version < 18:
        pytest.skip("PostgreSQL 18 has this syntax")
    outcome = ways.same(templates, SCHEMA, f"ALTER TABLE t {sql}")
    assert len(outcome.seen) == 2
    assert outcome.scanned_under_strong_locks == set()


def test_temporary_names_avoid_what_is_there_and_each_other(database: Database) -> None:
    with database.connect() as connection:
        connection.execute((SCHEMA + "ALTER TABLE parent ADD CONSTRAINT t_a_safemigrate CHECK (true)").encode())
        situation = Situation(Catalog(connection), 17, small=0)
        row = situation.concerned(Relation("t"))
        long = situation.concerned(Relation(LONG))
        assert row
        assert long
        assert "t_a_safemigrate1" in not_null.parts(row, "a", situation)[0].statements[0]
        first, second = (
            not_null.parts(long, column, situation)[0].statements[0] for column in (COLUMN, COLUMN[:-1] + "c")
        )
    assert "_safemigrate" in first
    assert "_safemigrate1" in second


@given(st.text(min_size=1, max_size=63), st.text(min_size=1, max_size=63), st.integers(0, 12))
def test_a_temporary_name_fits_and_is_free(table: str, column: str, others: int) -> None:
    taken: set[str] = set()
    for _ in range(others):
        taken.add(identifiers.choose(table, [column], not_null.TEMPORARY, taken))
    name = identifiers.choose(table, [column], not_null.TEMPORARY, taken)
    assert len(name.encode(errors="replace")) <= 63
    assert name not in taken
    assert len(taken) == others
