"""What only the catalog knows: the locks of partitions and neighbours, and what does not happen after all."""

from __future__ import annotations

import psycopg
import pytest

from safemigrate import plan
from safemigrate.facts import LockMode, Relation
from safemigrate.plan.catalog import Catalog
from safemigrate.scratch import Database
from safemigrate.statement import Statement, read

SCHEMA = """
    CREATE TABLE other (id int PRIMARY KEY);
    CREATE TABLE t (id int NOT NULL, a int REFERENCES other, b varchar(10), c int, d int,
                    CONSTRAINT c_there CHECK (c IS NOT NULL));
    ALTER TABLE t ADD CONSTRAINT d_later CHECK (d IS NOT NULL) NOT VALID;
    ALTER TABLE t ADD CONSTRAINT later FOREIGN KEY (c) REFERENCES other NOT VALID;
    CREATE UNIQUE INDEX t_id ON t (id);
    CREATE UNIQUE INDEX t_d ON t (d);
    CREATE TABLE parts (id int, k int) PARTITION BY LIST (k);
    CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1) PARTITION BY LIST (id);
    CREATE TABLE part11 PARTITION OF part1 FOR VALUES IN (1);
    CREATE TABLE fallback PARTITION OF parts DEFAULT;
    CREATE TABLE part2 (id int, k int);
    CREATE SCHEMA elsewhere;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE FUNCTION steady() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
    CREATE FUNCTION moody() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
"""
LOCKS = """
    SELECT l.relation, l.mode FROM pg_locks l
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted
"""
TABLES = "SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"


@pytest.fixture
def connection(database: Database):
    with database.connect() as opened:
        opened.execute(SCHEMA.encode())
        yield opened


def taken(connection: psycopg.Connection, sql: str) -> dict[str, LockMode]:
    """The strongest lock that the statement takes on each table."""
    tables: dict[int, str] = dict(connection.execute(TABLES).fetchall())
    connection.execute("BEGIN")
    connection.execute(sql.encode())
    modes = {mode.pg_locks: mode for mode in LockMode}
    found: dict[str, LockMode] = {}
    for oid, word in connection.execute(LOCKS).fetchall():
        if name := tables.get(oid):
            found[name] = max(modes[word], found.get(name, modes[word]))
    connection.execute("ROLLBACK")
    return found


EXACT = """
DROP TABLE t
ALTER TABLE t DROP CONSTRAINT later
ALTER TABLE t VALIDATE CONSTRAINT later
ALTER TABLE parts ADD COLUMN n int
ALTER TABLE parts ATTACH PARTITION part2 FOR VALUES IN (2)
CREATE TABLE n PARTITION OF parts FOR VALUES IN (2)
CREATE INDEX n ON parts (id)
TRUNCATE parts
ALTER TABLE parts DETACH PARTITION part1
ALTER TABLE parts RENAME TO n
ALTER TABLE parts RENAME COLUMN id TO n
ALTER TABLE parts OWNER TO CURRENT_USER
ALTER TABLE parts ALTER COLUMN id SET STATISTICS 5
CREATE TRIGGER n BEFORE UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION touch()
COMMENT ON TABLE parts IS 'x'
ALTER TABLE parts SET SCHEMA elsewhere
ALTER TABLE parts ENABLE ROW LEVEL SECURITY
ALTER TABLE parts REPLICA IDENTITY FULL
ALTER TABLE parts ALTER COLUMN id SET NOT NULL
ALTER TABLE parts ALTER COLUMN id SET DEFAULT 4
ALTER TABLE parts ADD CONSTRAINT n CHECK (id > 0)
GRANT SELECT ON parts TO PUBLIC
CREATE POLICY n ON parts
DROP TABLE parts
UPDATE parts SET k = k
ALTER TABLE other ADD COLUMN n int
"""


@pytest.mark.matrix
@pytest.mark.parametrize("sql", list(filter(None, EXACT.splitlines())))
def test_the_locks_are_those_that_the_statement_takes(connection, sql: str) -> None:
    catalog = Catalog(connection)
    claimed = {name.name: mode for _, name, mode in catalog.locks(catalog.impact(read.forms(sql)))}
    assert taken(connection, sql) == claimed


@pytest.mark.parametrize(
    "sql",
    ["ALTER TABLE other ALTER COLUMN id TYPE bigint", "ALTER TABLE t ALTER CONSTRAINT later DEFERRABLE",
     "ALTER TABLE parts DETACH PARTITION fallback", "DROP INDEX t_id"],
)  # fmt: skip
def test_no_lock_is_taken_that_was_not_planned(connection, sql: str) -> None:
    catalog = Catalog(connection)
    claimed = {name.name: mode for _, name, mode in catalog.locks(catalog.impact(read.forms(sql)))}
    assert all(claimed[name] >= mode for name, mode in taken(connection, sql).items())


def test_locks_come_in_the_order_of_oids_and_only_of_what_exists(connection) -> None:
    catalog = Catalog(connection)
    found = catalog.locks(catalog.impact(read.forms("TRUNCATE parts, other, missing")))
    assert [oid for oid, _, _ in found] == sorted(oid for oid, _, _ in found)
    assert found[0][1] == Relation("other", "public")


def impact(connection: psycopg.Connection, sql: str):
    return Catalog(connection).impact(read.forms(sql))


def test_set_not_null_reads_nothing_behind_a_validated_check(connection) -> None:
    assert impact(connection, "ALTER TABLE t ALTER COLUMN c SET NOT NULL").instant
    assert not impact(connection, "ALTER TABLE t ALTER COLUMN d SET NOT NULL").instant


def test_a_longer_varchar_is_instant(connection) -> None:
    assert impact(connection, "ALTER TABLE t ALTER COLUMN b TYPE varchar(20)").instant
    assert impact(connection, "ALTER TABLE t ALTER COLUMN b TYPE varchar(5)").rewrites


def test_a_primary_key_on_an_index_reads_nothing_where_the_column_is_not_null(connection) -> None:
    assert impact(connection, "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY USING INDEX t_id").instant
    assert not impact(connection, "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY USING INDEX t_d").instant


def test_a_default_of_an_unknown_function_is_looked_up(connection) -> None:
    assert impact(connection, "ALTER TABLE t ADD COLUMN n int DEFAULT steady()").instant
    assert impact(connection, "ALTER TABLE t ADD COLUMN n int DEFAULT moody()").rewrites
    assert impact(connection, "ALTER TABLE t ADD COLUMN n int DEFAULT nothing()").rewrites


def test_a_step_is_resolved_as_the_catalog_is_when_it_runs(connection) -> None:
    catalog = Catalog(connection)
    (step,) = plan.steps([Statement("ALTER TABLE t ALTER COLUMN c SET DEFAULT 1")], version=18)
    assert step.undo.open
    connection.execute("ALTER TABLE t ALTER COLUMN c SET DEFAULT 7")
    resolved = plan.resolve(step, catalog)
    assert resolved.undo.sql == ('ALTER TABLE "public"."t" ALTER COLUMN "c" SET DEFAULT 7',)
    assert resolved.fingerprint == step.fingerprint


def test_with_a_catalog_a_table_that_is_there_already_is_not_new(connection) -> None:
    statements = [Statement("CREATE TABLE IF NOT EXISTS t (a int)"), Statement("DELETE FROM t")]
    found = plan.steps(statements, version=18, catalog=Catalog(connection))
    assert found[0].undo.sql == ()
    assert not found[-1].undo.possible
