"""ALTER TABLE of several actions, names that a revision sets free, and sequences of another owner: the same schema."""

from __future__ import annotations

import pytest

from safemigrate.scratch import Database
from tests.fix_pg import Templates
from tests.fix_project import Twins
from tests.plan.split import ways

SCHEMA = """
    CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, c text);
    CREATE TABLE o (a int, b int CONSTRAINT t_a_check CHECK (b > 0));
    CREATE INDEX t_b_idx ON o (a);
    CREATE INDEX t_c_idx ON t (a);
    ALTER TABLE t ADD UNIQUE (a);
    INSERT INTO t SELECT g, g, g, g FROM generate_series(1, 9) g;
"""


@pytest.mark.parametrize("key", ["ADD PRIMARY KEY (b)", "ADD CONSTRAINT t_pkey PRIMARY KEY (b)"])
def test_a_key_that_gets_the_name_of_the_one_it_replaces_stays_as_written(templates: Templates, key: str) -> None:
    outcome = ways.same(templates, SCHEMA, f"ALTER TABLE t DROP CONSTRAINT t_pkey, {key}")
    assert len(outcome.seen) == 1
    assert "has the name of the constraint that it drops" in " ".join(outcome.seen[0].step.notes)


@pytest.mark.matrix
def test_a_key_of_another_name_takes_the_place_of_the_old_one_at_once(templates: Templates) -> None:
    outcome = ways.same(templates, SCHEMA, "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD CONSTRAINT k PRIMARY KEY (b)")
    build, swap = outcome.sql
    assert build.startswith("CREATE UNIQUE INDEX CONCURRENTLY k ")
    assert "DROP CONSTRAINT t_pkey" in swap
    assert "USING INDEX k" in swap


FREED = [
    ["DROP INDEX t_c_idx", "CREATE INDEX ON t (c)"],
    ["ALTER INDEX t_c_idx RENAME TO old", "CREATE INDEX ON t (c)"],
    ["ALTER INDEX t_a_key RENAME TO old", "ALTER TABLE t ADD UNIQUE (a)"],
    ["ALTER TABLE o RENAME CONSTRAINT t_a_check TO old", "ALTER TABLE t ADD CHECK (a > 0)"],
    ["ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "ALTER TABLE t ADD CHECK (a > 1 - 1)"],
]


@pytest.mark.parametrize("statements", ways.marked(FREED, 2, 4), ids=lambda several: several[0])
def test_a_name_that_the_revision_sets_free_is_chosen_as_postgresql_would(
    templates: Templates, statements: list[str]
) -> None:
    ways.same(templates, SCHEMA, *statements)


GONE = [
    ["ALTER TABLE t DROP COLUMN a", "CREATE INDEX ON t (c)", "ALTER TABLE t ADD UNIQUE (b)"],
    ["ALTER TABLE t DROP COLUMN a", "ALTER TABLE t RENAME b TO a", "ALTER TABLE t ADD UNIQUE (a)"],
    ["DROP TABLE o", "CREATE INDEX ON t (b)", "ALTER TABLE t ADD CHECK (a > 0)"],
    ["ALTER TABLE o DROP COLUMN a", "CREATE INDEX ON t (b)"],
    ["ALTER TABLE t DROP COLUMN id", "ALTER TABLE t ADD PRIMARY KEY (b)"],
]


@pytest.mark.parametrize("statements", ways.marked(GONE, 0), ids=lambda several: several[0])
def test_so_is_one_that_goes_with_a_column_or_a_table(twins: Twins, statements: list[str]) -> None:
    for database in (twins.plain, twins.ours):
        with database.connect() as connection:
            connection.execute(SCHEMA.encode())
    twins.project.revision("\n".join(f"op.execute({text!r})" for text in statements))
    twins.project.alembic(twins.plain, "upgrade", "head").well()
    twins.project.safemigrate(twins.ours, "upgrade", "head", "--small-table", "0").well()
    twins.same()


def test_what_is_done_to_a_column_that_the_same_step_adds_is_taken_back_with_it(
    database: Database,
) -> None:
    with database.connect() as connection:
        connection.execute(SCHEMA.encode())
        before = database.dump()
        sql = "ALTER TABLE t ADD x int, ALTER x SET DEFAULT 5, ALTER x SET NOT NULL, ADD CHECK (x > 0)"
        done, failed = ways.until_failure(connection, ways.planned(connection, sql))
        assert "VALIDATE" in failed.sql
        ways.take_back(connection, done)
    assert database.dump() == before


ROLES = """
    DO $$ BEGIN CREATE ROLE split_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    DO $$ BEGIN CREATE ROLE split_member IN ROLE split_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    CREATE SCHEMA s AUTHORIZATION split_member;
    GRANT USAGE ON SCHEMA s TO split_owner;
    CREATE TABLE s.t (id int PRIMARY KEY, a int);
    ALTER TABLE s.t OWNER TO split_owner;
    INSERT INTO s.t SELECT g, g FROM generate_series(1, 9) g;
"""
INSERTER = """
    DO $$ BEGIN CREATE ROLE split_inserter; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    GRANT USAGE ON SCHEMA s TO split_inserter;
    GRANT INSERT ON s.t TO split_inserter;
"""
COUNTED = ["ADD COLUMN n serial", "ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY"]


@pytest.mark.parametrize("action", ways.marked(COUNTED, 1))
def test_where_the_owner_may_not_make_the_sequence_the_column_is_added_as_written(
    database: Database, action: str
) -> None:
    with database.connect() as connection:
        connection.execute(ROLES.encode())
        connection.execute("SET ROLE split_member")
        (step,) = ways.planned(connection, f"ALTER TABLE s.t {action}")
        assert "its owner" in " ".join(step.notes)
        ways.run(connection, [step])


@pytest.mark.parametrize("action", COUNTED)
@pytest.mark.matrix
def test_the_sequence_has_the_privileges_that_the_owner_of_the_table_gives(templates: Templates, action: str) -> None:
    grants = """
        GRANT CREATE ON SCHEMA s TO split_owner;
        ALTER DEFAULT PRIVILEGES FOR ROLE split_owner IN SCHEMA s GRANT SELECT ON SEQUENCES TO split_member;
        ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT USAGE ON SEQUENCES TO PUBLIC;
    """
    outcome = ways.same(templates, ROLES + grants, f"ALTER TABLE s.t {action}")
    assert len(outcome.seen) > 1


def test_who_may_insert_can_insert_between_the_parts_of_an_identity(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(ROLES.encode())
        connection.execute(INSERTER)
        steps = ways.planned(connection, "ALTER TABLE s.t ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY")
        for number, step in enumerate(steps):
            ways.run(connection, [step])
            with connection.transaction():
                connection.execute("SET LOCAL ROLE split_inserter")
                connection.execute("INSERT INTO s.t VALUES (%s, 1)", [100 + number])
        found = connection.execute("SELECT count(*), count(DISTINCT n) FROM s.t").fetchone()
    assert found == (9 + len(steps), 9 + len(steps))


@pytest.mark.matrix
def test_what_attach_has_to_build_of_the_same_revision_is_told(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("""
            CREATE TABLE p (k int NOT NULL, a int) PARTITION BY RANGE (k);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
            CREATE TABLE p2 (k int NOT NULL, a int);
        """)
        attach = "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (10) TO (20)"
        steps = ways.planned(connection, "CREATE INDEX ON p (a)", attach)
        (told,) = [step for step in steps if step.sql == attach]
        assert "built or checked by ATTACH PARTITION" in " ".join(told.notes)
