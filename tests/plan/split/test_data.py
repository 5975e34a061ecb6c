"""Which UPDATEs and DELETEs are cut into batches, along which key, and how they are taken back."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from safemigrate import plan, scratch
from safemigrate.plan.catalog import Catalog
from safemigrate.plan.split import Situation
from safemigrate.statement import Marks, Statement
from safemigrate.steps import Batch, Kind, Step

SCHEMA = """
CREATE TABLE t (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, n integer, other bigint, at timestamptz);
CREATE UNIQUE INDEX ON t (n) WHERE n > 0;
CREATE TABLE keyless (n integer, loose integer UNIQUE);
CREATE TABLE other (id bigint PRIMARY KEY, n integer);
CREATE TABLE two (tenant uuid, id integer, n integer, PRIMARY KEY (tenant, id));
CREATE TABLE backwards (id integer NOT NULL, n integer);
CREATE UNIQUE INDEX ON backwards (id DESC);
CREATE TABLE late (id integer NOT NULL UNIQUE DEFERRABLE, place integer UNIQUE DEFERRABLE, key integer PRIMARY KEY);
CREATE TABLE tree (id integer PRIMARY KEY, parent integer REFERENCES tree, n integer);
CREATE TABLE child (id integer PRIMARY KEY, t bigint REFERENCES t ON DELETE CASCADE);
CREATE TABLE base (id integer PRIMARY KEY, n integer);
CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (base);
CREATE TABLE parts (id integer, k integer NOT NULL, n integer, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE ruled (id integer PRIMARY KEY, n integer);
CREATE RULE none AS ON DELETE TO ruled DO INSTEAD NOTHING;
CREATE TABLE hidden (id integer PRIMARY KEY, n integer);
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
CREATE VIEW v AS SELECT * FROM t;
CREATE TABLE floats (id float8 PRIMARY KEY, n integer);
CREATE FUNCTION chance(integer) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT true';
CREATE FUNCTION certain(integer) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION most() RETURNS integer LANGUAGE sql STABLE AS 'SELECT max(n) FROM public.T';
CREATE FUNCTION "also most"() RETURNS integer LANGUAGE sql STABLE BEGIN ATOMIC SELECT max(n) FROM t; END;
CREATE TABLE chain (id integer PRIMARY KEY, code integer UNIQUE, before integer);
ALTER TABLE chain ADD FOREIGN KEY (before) REFERENCES chain (code) ON UPDATE CASCADE;
CREATE TABLE made (id integer PRIMARY KEY, n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED,
                   number integer GENERATED ALWAYS AS IDENTITY);
CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER told AFTER UPDATE ON other FOR EACH STATEMENT EXECUTE FUNCTION told();
"""


@pytest.fixture(scope="module")
def connection(pg_server: scratch.Server) -> Iterator[psycopg.Connection]:
    """As a role that row-level security applies to."""
    with pg_server.database() as made, made.connect(autocommit=True) as connection:
        connection.execute("CREATE ROLE migrates; GRANT CREATE, USAGE ON SCHEMA public TO migrates; SET ROLE migrates")
        connection.execute(SCHEMA)
        yield connection
        connection.execute("RESET ROLE; DROP OWNED BY migrates; DROP ROLE migrates")


def steps(connection: psycopg.Connection, *texts: str, key: tuple[str, ...] = (), images: bool = True) -> list[Step]:
    catalog = Catalog(connection)
    version = catalog.version()
    marks = Marks(batched=True, key=key)
    met = Situation(catalog, version, small=0, images=images)
    return plan.steps([Statement(text, marks=marks) for text in texts], version=version, situation=met)


def one(connection: psycopg.Connection, text: str, *, key: tuple[str, ...] = (), images: bool = True) -> Step:
    (step,) = steps(connection, text, key=key, images=images)
    return step


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("UPDATE t SET n = n + 1", ("id",)),
        ("DELETE FROM t WHERE n IS NULL", ("id",)),
        ("UPDATE t SET id = id + 1", ("code",)),
        ("UPDATE two SET n = 1", ("tenant", "id")),
        ("UPDATE parts SET n = 1", ("id", "k")),
        ("UPDATE ONLY base SET n = 1", ("id",)),
        ("UPDATE late SET place = 1 WHERE false", None),
        ("UPDATE t AS x SET n = o.n FROM other AS o WHERE o.id = x.other", ("id",)),
        ("DELETE FROM t USING other o WHERE o.id = t.other AND o.n = 1", ("id",)),
        ("UPDATE t SET n = (SELECT max(n) FROM other WHERE other.id = t.other)", ("id",)),
        ("UPDATE t SET at = now(), n = random() * 9 WHERE certain(n)", ("id",)),
        ("UPDATE t SET n = 1 WHERE code LIKE 'a%' ESCAPE '!'", ("id",)),
        ("UPDATE t SET n = 1 WHERE regexp_replace(code, 'a', 'b') = 'b'", ("id",)),
        ("UPDATE t SET n = 1 WHERE at AT TIME ZONE 'UTC' < now() AND extract(year FROM at) > 1", ("id",)),
        ("UPDATE two SET n = most()", ("tenant", "id")),
        ("UPDATE chain SET before = NULL", ("id",)),
        ("UPDATE keyless SET n = 0 WHERE n IS NULL", ()),
        ("DELETE FROM keyless", ()),
        ("DELETE FROM floats", ()),
        ("DELETE FROM backwards", ()),
    ],
)
def test_batches_go_along_a_key_that_the_statement_leaves_alone(
    connection: psycopg.Connection, text: str, key: tuple[str, ...] | None
) -> None:
    step = one(connection, text)
    assert (step.batch.key if step.batch else None) == key
    assert (step.kind is Kind.BATCHED) == (key is not None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("UPDATE v SET n = 1", "is a view"),
        ("UPDATE keyless SET n = 1", "has no key, and without WHERE"),
        ("UPDATE keyless SET n = o.n FROM other AS o WHERE o.id = keyless.n", "no key that it could be cut along"),
        ("UPDATE t SET id = 1, code = ''", "sets the key"),
        ("UPDATE base SET n = 1", "has children"),
        ("DELETE FROM ruled", "has rules"),
        ("UPDATE hidden SET n = 1", "row-level security"),
        ("UPDATE parts SET k = 2", "partition key"),
        ("UPDATE late SET place = place + 1", "deferrable"),
        ("DELETE FROM tree", "refers to itself"),
        ("WITH x AS (SELECT 1) UPDATE t SET n = 1", "WITH"),
        ("UPDATE t SET n = 1 RETURNING id", "RETURNING"),
        ("DELETE FROM t WHERE CURRENT OF c", "CURRENT OF"),
        ("DELETE FROM t WHERE random() < 0.5", "random, which is volatile"),
        ("DELETE FROM t WHERE chance(n)", "chance, which is volatile"),
        ("DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 10)", "reads its own table"),
        ("UPDATE t SET n = (SELECT max(n) FROM public.t)", "reads its own table"),
        ("UPDATE other SET n = 1 FROM v", "reads the view v"),
        ("UPDATE part1 SET n = (SELECT max(n) FROM parts)", "reads its own table"),
        ("UPDATE parts SET n = (SELECT max(n) FROM part1)", "reads its own table"),
        ("UPDATE heir SET n = (SELECT max(n) FROM base)", "reads its own table"),
        ("UPDATE t SET n = x.n FROM t AS x WHERE x.id = t.other", "reads its own table"),
        ("UPDATE t SET n = (WITH x AS (SELECT max(n) AS n FROM t) SELECT n FROM x)", "reads its own table"),
        ("UPDATE t SET n = n + most()", "most, which may read its own table"),
        ("DELETE FROM t WHERE n = most()", "most, which may read its own table"),
        ('UPDATE t SET n = n + "also most"()', "also most, which may read its own table"),
        ("UPDATE chain SET code = code + 1", "goes on to other rows of it"),
        ("UPDATE made SET n = 1, twice = DEFAULT", "always generated"),
        ("UPDATE made SET number = DEFAULT", "always generated"),
    ],
)
def test_what_batches_would_do_otherwise_stays_as_written_and_says_why(
    connection: psycopg.Connection, text: str, why: str
) -> None:
    step = one(connection, text)
    assert step.kind is Kind.TRANSACTION
    assert step.batch is None
    assert any(why in note for note in step.notes), step.notes


def test_the_key_that_is_asked_for_is_taken_or_refused(connection: psycopg.Connection) -> None:
    assert one(connection, "UPDATE t SET n = 1", key=("code",)).batch == Batch(("code",), True, '"public"."t"')
    refused = one(connection, "UPDATE t SET n = 1", key=("n",))
    assert any("no unique key" in note for note in refused.notes)


def test_a_batched_step_can_be_taken_back_as_far_as_images_go(connection: psycopg.Connection) -> None:
    assert one(connection, "UPDATE t SET n = 1").undo.possible
    assert one(connection, "UPDATE t SET n = 1", images=False).undo.loses == "the former values of t"
    assert one(connection, "UPDATE keyless SET n = 0 WHERE n IS NULL").undo.loses == "the former values of keyless"
    assert one(connection, "DELETE FROM keyless").undo.possible
    assert "child" in one(connection, "DELETE FROM t").undo.loses


def test_the_values_of_a_new_column_need_no_image(connection: psycopg.Connection) -> None:
    *_, step = steps(connection, "ALTER TABLE t ADD fresh integer", "UPDATE t SET fresh = n", images=True)
    assert step.batch == Batch(("id",), False, '"public"."t"')
    assert step.undo.possible


def test_what_differs_from_batch_to_batch_is_said(connection: psycopg.Connection) -> None:
    assert "now differs from batch to batch" in one(connection, "UPDATE t SET at = now()").notes
    assert "current_timestamp differs" in one(connection, "UPDATE t SET at = current_timestamp").notes[0]
    assert "its statement triggers fire once for each batch" in one(connection, "UPDATE other SET n = 1").notes


def test_a_small_table_is_changed_as_written(connection: psycopg.Connection) -> None:
    catalog = Catalog(connection)
    met = Situation(catalog, catalog.version(), small=10_000)
    (step,) = plan.steps([Statement("UPDATE t SET n = 1")], version=catalog.version(), situation=met)
    assert (step.kind, step.notes) == (Kind.TRANSACTION, ())
