"""Constraints the safe way: the parts, the same schema in the end, and no row read under a lock that stops writes."""

from __future__ import annotations

import psycopg
import pytest

from safemigrate.facts import LockMode
from safemigrate.scratch import Database
from safemigrate.steps import Kind
from tests.fix_pg import Templates
from tests.fix_project import Twins
from tests.plan.split import ways

LONG = "a_table_whose_name_is_just_as_long_as_PostgreSQL_lets_it_be_63b"
SCHEMA = f"""
    CREATE SCHEMA "Elsewhere";
    CREATE TABLE r (id int PRIMARY KEY);
    CREATE TABLE "Elsewhere"."Other Table" ("Id" int PRIMARY KEY, "Mixed Case" text UNIQUE);
    CREATE TABLE t (id int, a int, b int NOT NULL, c text, d int DEFAULT 1);
    CREATE TABLE "Elsewhere"."Mixed Case" ("Id" int, "a b" text, "c""d" int);
    CREATE TABLE "{LONG}" ("{LONG.replace("table", "_name")}" int, a int);
    CREATE TABLE "{LONG[:-1]}c" ("{LONG.replace("table", "_name")}" int, a int);
    CREATE TABLE parent (id int, a int);
    CREATE TABLE child (x int) INHERITS (parent);
    CREATE TABLE p (k int, a int, b int) PARTITION BY LIST (k);
    CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
    CREATE TABLE "Elsewhere"."P2" PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (a);
    CREATE TABLE p21 PARTITION OF "Elsewhere"."P2" FOR VALUES IN (1);
    CREATE TABLE "P22" (b int, dropped int, a int, k int);
    ALTER TABLE "P22" DROP COLUMN dropped;
    ALTER TABLE "Elsewhere"."P2" ATTACH PARTITION "P22" DEFAULT;
    CREATE TABLE rp (id int PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE rp1 PARTITION OF rp FOR VALUES FROM (0) TO (10);
    CREATE TABLE rp2 PARTITION OF rp FOR VALUES FROM (10) TO (20);
    INSERT INTO r SELECT generate_series(0, 9);
    INSERT INTO rp SELECT generate_series(0, 19);
    INSERT INTO "Elsewhere"."Other Table" SELECT g, g FROM generate_series(0, 9) g;
    INSERT INTO t SELECT g, g, g, g FROM generate_series(1, 9) g;
    INSERT INTO "Elsewhere"."Mixed Case" SELECT g, g, g FROM generate_series(1, 9) g;
    INSERT INTO "{LONG}" SELECT g, g FROM generate_series(1, 9) g;
    INSERT INTO parent SELECT g, g FROM generate_series(1, 9) g;
    INSERT INTO child SELECT g, g, g FROM generate_series(11, 19) g;
    INSERT INTO p SELECT 1 + g % 2, g, g FROM generate_series(1, 9) g;
    CREATE INDEX t_c_check ON t (c);
"""
BY_VALIDATING = f"""
ALTER TABLE t ADD CONSTRAINT "Positive" CHECK (a > 0 AND b > 0)
* ALTER TABLE t ADD CHECK (a > 0)
ALTER TABLE t ADD CHECK (a > 0 OR b > 0)
* ALTER TABLE t ADD CHECK (c <> '') NO INHERIT
ALTER TABLE ONLY t ADD CHECK (t IS NOT NULL)
ALTER TABLE IF EXISTS "Elsewhere"."Mixed Case" ADD CHECK ("c""d" > 0)
ALTER TABLE "Elsewhere"."Mixed Case" ADD CONSTRAINT "a""check" CHECK (length("a b") > 0)
ALTER TABLE "{LONG}" ADD CHECK ("{LONG.replace("table", "_name")}" > 0)
* ALTER TABLE parent ADD CHECK (a > 0)
* ALTER TABLE p ADD CHECK (b > 0)
ALTER TABLE p1 ADD CONSTRAINT own CHECK (b > 0)
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r
* ALTER TABLE t ADD CONSTRAINT key FOREIGN KEY (a) REFERENCES r (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES "Elsewhere"."Other Table" MATCH FULL
ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES "Elsewhere"."Other Table" ("Mixed Case") INITIALLY DEFERRED
* ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES rp
ALTER TABLE "Elsewhere"."Mixed Case" ADD FOREIGN KEY ("c""d") REFERENCES public.r
ALTER TABLE "{LONG}" ADD FOREIGN KEY (a) REFERENCES r
* ALTER TABLE r ADD CONSTRAINT itself FOREIGN KEY (id) REFERENCES r
"""
BY_INDEX = f"""
ALTER TABLE t ADD UNIQUE (a)
ALTER TABLE t ADD UNIQUE (a, b) INCLUDE (c)
* ALTER TABLE ONLY t ADD CONSTRAINT "Un" UNIQUE (a) INCLUDE (b, c) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED
ALTER TABLE t ADD CONSTRAINT u UNIQUE (c) USING INDEX TABLESPACE pg_default DEFERRABLE
* ALTER TABLE t ADD PRIMARY KEY (b)
* ALTER TABLE t ADD CONSTRAINT "Key of t" PRIMARY KEY (id, a, b) INCLUDE (c)
ALTER TABLE "Elsewhere"."Mixed Case" ADD UNIQUE ("a b", "c""d")
ALTER TABLE "Elsewhere"."Mixed Case" ADD PRIMARY KEY ("Id")
ALTER TABLE "{LONG}" ADD UNIQUE ("{LONG.replace("table", "_name")}", a)
ALTER TABLE "{LONG}" ADD PRIMARY KEY ("{LONG.replace("table", "_name")}")
ALTER TABLE parent ADD UNIQUE (a)
* ALTER TABLE parent ADD PRIMARY KEY (id)
ALTER TABLE p ADD UNIQUE (k, a)
* ALTER TABLE p ADD CONSTRAINT "Whole" UNIQUE (a, k) INCLUDE (b) WITH (fillfactor = 70) DEFERRABLE
* ALTER TABLE p ADD PRIMARY KEY (a, k)
ALTER TABLE p ADD CONSTRAINT key PRIMARY KEY (k, a, b)
ALTER TABLE "Elsewhere"."P2" ADD UNIQUE (a)
ALTER TABLE p1 ADD UNIQUE (a)
"""


@pytest.mark.parametrize("sql", ways.cases(BY_VALIDATING + BY_INDEX))
def test_both_ways_end_alike_and_no_row_is_read_under_a_strong_lock(templates: Templates, sql: str) -> None:
    outcome = ways.same(templates, SCHEMA, sql)
    assert len(outcome.seen) > 1, outcome.sql
    assert all(each.step.rewrite is not None for each in outcome.seen)
    assert outcome.scanned_under_strong_locks == set()


PARTITIONED_KEYS = """
* ALTER TABLE p ADD FOREIGN KEY (a) REFERENCES r
* ALTER TABLE p ADD CONSTRAINT "A Key" FOREIGN KEY (a, b) REFERENCES pair (a, b) MATCH FULL ON DELETE SET NULL DEFERRABLE
ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES "Elsewhere"."Other Table" ON UPDATE CASCADE
ALTER TABLE "Elsewhere"."P2" ADD FOREIGN KEY (a) REFERENCES r
"""  # noqa: E501
PAIR = (
    "CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b)); INSERT INTO pair SELECT g, g FROM generate_series(1, 9) g;"
)


@pytest.mark.parametrize("sql", ways.cases(PARTITIONED_KEYS))
def test_a_foreign_key_of_a_partitioned_table_is_put_together_from_its_partitions(
    templates: Templates, pg_version: int, sql: str
) -> None:
    outcome = ways.same(templates, SCHEMA + PAIR, sql)
    assert len(outcome.seen) == (2 if pg_version >= 18 else 5 if '"P2"' in sql else 7), outcome.sql
    assert outcome.scanned_under_strong_locks == set()


@pytest.mark.matrix
def test_what_drops_the_triggers_of_partitions_says_so_to_the_gate(templates: Templates, pg_version: int) -> None:
    *_, last = ways.both(templates, SCHEMA, "ALTER TABLE p ADD FOREIGN KEY (a) REFERENCES r").seen
    claimed = {lock.relation.name: lock.mode for lock in last.step.impact.locks}
    assert all(claimed[name] >= mode for name, mode in last.locks.items() if name in ("p", "r"))
    assert (claimed.get("r") is LockMode.ACCESS_EXCLUSIVE) == (pg_version < 18)


def test_parts_are_as_short_as_they_can_be(templates: Templates) -> None:
    assert ways.both(templates, SCHEMA, "ALTER TABLE t ADD CHECK (a > 0)").sql == [
        "ALTER TABLE public.t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID",
        'ALTER TABLE "public"."t" VALIDATE CONSTRAINT "t_a_check"',
    ]
    unique = ways.both(templates, SCHEMA, "ALTER TABLE t ADD UNIQUE (a) WITH (fillfactor = 70) DEFERRABLE")
    assert unique.sql == [
        "CREATE UNIQUE INDEX CONCURRENTLY t_a_key ON public.t USING btree (a) WITH (fillfactor=70)",
        "ALTER TABLE public.t ADD CONSTRAINT t_a_key UNIQUE USING INDEX t_a_key DEFERRABLE",
    ]
    assert [each.step.undo.sql for each in unique.seen] == [
        ('DROP INDEX CONCURRENTLY IF EXISTS "public"."t_a_key"',),
        ('ALTER TABLE "public"."t" DROP CONSTRAINT IF EXISTS "t_a_key"',),
    ]


SEVERAL = [
    ["ALTER TABLE t ADD CHECK (a > 0)", "ALTER TABLE t ADD CHECK (a > -1)", "ALTER TABLE t ADD CHECK (a < 99)"],
    ["ALTER TABLE t ADD CHECK (a > 0), ADD CHECK (a > -1), ADD UNIQUE (a), ADD UNIQUE (a)"],
    ["ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r, ADD FOREIGN KEY (a) REFERENCES pair (a)"],
    ["ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (b > 0)", "ALTER TABLE t ADD CHECK (a > 0)"],
    [f'ALTER TABLE "{name}" ADD UNIQUE (a), ADD CHECK (a > 0)' for name in (LONG, LONG[:-1] + "c")],
    ["ALTER TABLE t ADD COLUMN e int, ADD CHECK (e > 0), ADD UNIQUE (e), ALTER COLUMN a SET NOT NULL"],
    ["ALTER TABLE t ADD COLUMN e int", "ALTER TABLE t ADD UNIQUE (e)", "ALTER TABLE t ADD CHECK (e > a)"],
    ["CREATE TABLE n (a int)", "ALTER TABLE n ADD FOREIGN KEY (a) REFERENCES r", "ALTER TABLE n ADD UNIQUE (a)"],
    [
        "CREATE TABLE n (a int PRIMARY KEY)",
        "INSERT INTO n VALUES (1)",
        "ALTER TABLE r ADD FOREIGN KEY (id) REFERENCES n",
    ],
]


@pytest.mark.parametrize("statements", ways.marked(SEVERAL, 1, 5, 8), ids=lambda several: several[0][:60])
def test_several_in_one_revision_get_the_names_that_they_would_get(templates: Templates, statements: list[str]) -> None:
    schema = (
        SCHEMA + "CREATE TABLE pair (a int UNIQUE, b int); INSERT INTO pair SELECT g, g FROM generate_series(1, 9) g;"
    )
    if any("INTO n" in sql for sql in statements):
        schema += "DELETE FROM r WHERE id <> 1;"
        outcome = ways.both(templates, schema, *statements)
        assert outcome.split == outcome.plain
    else:
        outcome = ways.same(templates, schema, *statements)
    assert outcome.scanned_under_strong_locks <= {"n"}


def test_after_a_change_of_search_path_only_names_with_a_schema_are_split(templates: Templates) -> None:
    schema = SCHEMA + 'CREATE TABLE "Elsewhere".t AS SELECT a AS b FROM t;'
    statements = [
        'SET search_path = "Elsewhere"',
        "ALTER TABLE t ADD CHECK (b > 0)",
        "ALTER TABLE p1 ADD CHECK (a > 0)",
    ]
    outcome = ways.same(templates, schema, *statements[:2])
    assert all(each.step.rewrite is None for each in outcome.seen)
    outcome = ways.same(templates, schema, statements[0], statements[2].replace("p1", "public.p1"))
    assert len(outcome.seen) == 3


def test_an_action_that_drops_a_constraint_frees_its_name_for_the_others(templates: Templates) -> None:
    schema = SCHEMA + "ALTER TABLE t ADD CHECK (a > 0);"
    outcome = ways.same(templates, schema, "ALTER TABLE t ADD CHECK (a > -1), DROP CONSTRAINT t_a_check")
    assert len(outcome.seen) == 2, outcome.sql


@pytest.mark.matrix
def test_a_name_that_the_revision_has_freed_is_chosen_again(templates: Templates) -> None:
    statements = [
        "ALTER TABLE t DROP CONSTRAINT t_a_check",
        "ALTER TABLE t ADD CHECK (a > -1)",
        "ALTER TABLE t DROP CONSTRAINT t_pkey",
        "ALTER TABLE t ADD PRIMARY KEY (id, a)",
    ]
    outcome = ways.same(templates, SCHEMA + "ALTER TABLE t ADD CHECK (a > 0), ADD PRIMARY KEY (id);", *statements)
    assert "ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey" in outcome.sql[-1]


@pytest.mark.matrix
def test_a_key_that_takes_the_place_of_another_does_so_in_one_step(templates: Templates) -> None:
    schema = SCHEMA + "ALTER TABLE t ADD PRIMARY KEY (id);"
    sql = "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD CONSTRAINT wider PRIMARY KEY (id, a)"
    outcome = ways.same(templates, schema, sql)
    assert "DROP CONSTRAINT t_pkey" in outcome.sql[-1]
    assert "USING INDEX" in outcome.sql[-1]
    assert outcome.scanned_under_strong_locks == set()


def test_a_key_of_the_name_of_the_one_it_replaces_stays_as_it_is(templates: Templates) -> None:
    schema = SCHEMA + "ALTER TABLE t ADD PRIMARY KEY (id);"
    sql = "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD CONSTRAINT t_pkey PRIMARY KEY (id, a)"
    (seen,) = ways.same(templates, schema, sql).seen
    assert "the name of the constraint that it drops" in "".join(seen.step.notes)


LEFT_ALONE = """
ALTER TABLE t ADD CONSTRAINT n CHECK (a > 0) NOT VALID
ALTER TABLE t ADD CONSTRAINT n FOREIGN KEY (a) REFERENCES r NOT VALID
ALTER TABLE t ADD CONSTRAINT n UNIQUE USING INDEX t_unique
ALTER TABLE t ADD EXCLUDE (a WITH =)
ALTER TABLE ONLY p ADD UNIQUE (k, a)
ALTER TABLE p1 ADD CHECK (b > 0) NOT VALID
CREATE TABLE n (a int CHECK (a > 0), UNIQUE (a), FOREIGN KEY (a) REFERENCES r)
"""


@pytest.mark.parametrize("sql", ways.cases(LEFT_ALONE))
def test_what_is_safe_or_has_no_safe_form_stays_as_it_is(database: Database, sql: str) -> None:
    with database.connect() as connection:
        connection.execute((SCHEMA + "CREATE UNIQUE INDEX t_unique ON t (a);").encode())
        (step,) = ways.planned(connection, sql)
    assert step.rewrite is None
    assert [step.sql] == [sql]
    assert ("no online form" in "".join(step.notes)) == ("EXCLUDE" in sql)


def test_what_can_only_fail_fails_before_anything_is_built(database: Database) -> None:
    statements = [
        "ALTER TABLE r ADD PRIMARY KEY (id)",
        "ALTER TABLE t ADD CONSTRAINT p UNIQUE (a)",
        "ALTER TABLE p ADD UNIQUE (a)",
        "ALTER TABLE rp ADD FOREIGN KEY (id) REFERENCES nowhere",
        "ALTER TABLE nowhere ADD CHECK (true)",
    ]
    with database.connect() as connection:
        connection.execute(SCHEMA.encode())
        for sql in statements:
            first = ways.planned(connection, sql)[0]
            with pytest.raises(psycopg.Error):
                connection.execute(first.sql.encode())


def test_partitions_that_have_the_like_are_left_as_written_and_the_note_says_why(templates: Templates) -> None:
    extra = "ALTER TABLE p1 ADD CONSTRAINT mine UNIQUE (a, k);"
    for sql in ("ALTER TABLE p ADD UNIQUE (a, k)", "ALTER TABLE p ADD PRIMARY KEY (a, k)"):
        outcome = ways.both(templates, SCHEMA + extra, sql)
        assert outcome.split == outcome.plain
        assert outcome.seen[0].step.notes == ("as written: partition p1 has a key like it already",)


def test_a_small_table_is_changed_as_written_unless_a_large_one_is_referenced(templates: Templates) -> None:
    schema = SCHEMA + "INSERT INTO r SELECT generate_series(100, 5000); ANALYZE;"
    for sql, count in [
        ("ALTER TABLE t ADD CHECK (a > 0)", 1),
        ("ALTER TABLE r ADD CHECK (id >= 0)", 2),
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r", 2),
        ('ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES "Elsewhere"."Other Table"', 1),
    ]:
        assert len(ways.same(templates, schema, sql, small=1000).seen) == count, sql


@pytest.mark.parametrize(
    "sql",
    ways.marked(
        [
            "ALTER TABLE t ADD CHECK (a > 5)",
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r",
            "ALTER TABLE t ADD UNIQUE (c)",
            "ALTER TABLE t ADD PRIMARY KEY (d)",
            "ALTER TABLE p ADD FOREIGN KEY (a) REFERENCES r",
            "ALTER TABLE p ADD PRIMARY KEY (k, a)",
            "ALTER TABLE p ADD UNIQUE (k, a)",
        ],
        3,
        4,
        5,
    ),
)
def test_a_row_in_the_way_fails_the_part_that_reads_and_nothing_stays(database: Database, sql: str) -> None:
    rows = """
        INSERT INTO t SELECT 77, 77, 77, c, NULL FROM t LIMIT 1;
        INSERT INTO p SELECT * FROM p; INSERT INTO p VALUES (1, NULL, 77), (2, 77, 77);
    """
    with database.connect() as connection:
        connection.execute((SCHEMA + rows).encode())
        before = database.dump()
        done, failed = ways.until_failure(connection, ways.planned(connection, sql))
        if failed.kind is Kind.TRANSACTION:
            assert "VALIDATE" in failed.sql
        # What runs outside of a transaction leaves something when it fails.
        ways.take_back(connection, done if failed.kind is Kind.TRANSACTION else [*done, failed])
    assert database.dump() == before


ALL_SORTS = """
for sql in (
    "ALTER TABLE t ADD CHECK (a > 0), ADD UNIQUE (a, b), ALTER COLUMN c SET NOT NULL",
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r",
    "ALTER TABLE p ADD FOREIGN KEY (a) REFERENCES r",
    "ALTER TABLE p ADD PRIMARY KEY (k, a)",
    'ALTER TABLE "Elsewhere"."Mixed Case" ADD PRIMARY KEY ("Id")',
):
    op.execute(sql)
"""


@pytest.mark.matrix
def test_a_run_arrives_where_alembic_does_and_its_rollback_where_it_began(twins: Twins) -> None:
    project = twins.project
    project.environment["SAFEMIGRATE_SMALL_TABLE"] = "0"
    for database in (twins.plain, twins.ours):
        with database.connect() as connection:
            connection.execute((SCHEMA + "INSERT INTO t (id, a, b) SELECT 50, 9, 50;").encode())
            connection.execute("UPDATE t SET c = 'x'")
    before = twins.ours.dump()
    project.revision(ALL_SORTS + 'op.execute("ALTER TABLE t ADD CONSTRAINT twice UNIQUE (a)")', name="r1")
    failed = project.safemigrate(twins.ours, "upgrade", "head")
    assert failed.code != 0
    assert "twice" in failed.text
    with twins.ours.connect() as connection:
        connection.execute("DROP TABLE IF EXISTS alembic_version")
    assert twins.ours.dump() == before, failed.text
    project.newest = None
    project.revision(ALL_SORTS, name="r1")
    twins.both("upgrade", "head")
    twins.same()
