"""Undo, form by form: dump, run the statement, run its undo, and the dump is what it was."""

from __future__ import annotations

import pytest

from safemigrate.plan import undo
from safemigrate.plan.catalog import Catalog
from safemigrate.scratch import Database
from safemigrate.statement import Statement, split
from safemigrate.steps import Undo

SCHEMA = """
    CREATE SCHEMA "Elsewhere";
    COMMENT ON SCHEMA "Elsewhere" IS 'that schema';
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TYPE other_mood AS ENUM ('sad', 'ok', 'more');
    COMMENT ON TYPE mood IS 'how it is';
    CREATE TYPE pair AS (a int, "B" text);
    CREATE DOMAIN short AS text DEFAULT 'x' CONSTRAINT short_length CHECK (length(VALUE) < 10);
    CREATE DOMAIN unused AS int NOT NULL;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    COMMENT ON FUNCTION touch() IS 'touches';
    CREATE FUNCTION add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
    REVOKE ALL ON FUNCTION add(int, int) FROM PUBLIC;
    CREATE PROCEDURE work(n int) LANGUAGE sql AS 'SELECT 1';
    CREATE TABLE other (id int PRIMARY KEY, note text, "Mixed Case" int DEFAULT 3);
    COMMENT ON TABLE other IS 'another''s';
    CREATE TABLE t (
        id int NOT NULL, a int, b text DEFAULT 'x'::text, c varchar(10) DEFAULT 'abc', d int NOT NULL,
        e int GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 2), g int GENERATED ALWAYS AS (a + 1) STORED,
        h mood DEFAULT 'ok', i numeric(8, 2), j timestamp, k serial, m text COLLATE "C",
        CONSTRAINT t_pk PRIMARY KEY (id), CONSTRAINT t_ck CHECK (a > 0), CONSTRAINT t_later CHECK (a > 1) NOT VALID,
        CONSTRAINT t_unique UNIQUE (d) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT t_never EXCLUDE (d WITH =)
    );
    COMMENT ON COLUMN t.a IS 'the a';
    COMMENT ON CONSTRAINT t_ck ON t IS 'positive';
    COMMENT ON CONSTRAINT t_pk ON t IS 'the key';
    ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES other ON DELETE CASCADE;
    INSERT INTO other VALUES (2), (3);
    INSERT INTO t (id, a, d) VALUES (1, 2, 1), (2, 3, 2);
    CREATE TABLE plain (id int NOT NULL, a int, b text, "Mixed" int, UNIQUE (b));
    CREATE UNIQUE INDEX plain_id ON plain (id);
    COMMENT ON INDEX plain_id IS 'an index';
    CREATE UNIQUE INDEX plain_a ON plain (a);
    CREATE INDEX t_a ON t (a) WHERE a > 1;
    ALTER TABLE t ALTER COLUMN a SET STATISTICS 200, ALTER COLUMN a SET (n_distinct = 7);
    ALTER TABLE t ALTER COLUMN m SET STORAGE MAIN;
    CREATE INDEX t_clustered ON t (id);
    ALTER TABLE t CLUSTER ON t_clustered, SET (fillfactor = 80);
    ALTER TABLE t REPLICA IDENTITY USING INDEX t_pk;
    CREATE TRIGGER t_touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
    COMMENT ON TRIGGER t_touch ON t IS 'a trigger';
    CREATE TRIGGER t_off BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
    ALTER TABLE t DISABLE TRIGGER t_off;
    CREATE RULE t_rule AS ON DELETE TO t DO ALSO NOTHING;
    CREATE POLICY t_policy ON t FOR SELECT TO PUBLIC USING (a > 0);
    CREATE STATISTICS t_statistics (ndistinct) ON a, c FROM t;
    CREATE SEQUENCE s START 10 INCREMENT 3;
    SELECT nextval('s');
    CREATE VIEW v WITH (security_barrier = true) AS SELECT id, note FROM other;
    COMMENT ON VIEW v IS 'a view';
    COMMENT ON COLUMN v.id IS 'its id';
    GRANT SELECT ON v TO PUBLIC;
    CREATE MATERIALIZED VIEW m AS SELECT id FROM other;
    CREATE UNIQUE INDEX m_id ON m (id);
    CREATE TABLE parts (id int, k int NOT NULL, CONSTRAINT parts_check CHECK (id > 0)) PARTITION BY LIST (k);
    CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);
    CREATE TABLE part2 (id int CHECK (id > 1), k int NOT NULL, CONSTRAINT parts_check CHECK (id > 0));
    CREATE INDEX parts_id ON parts (id);
    CREATE INDEX part2_k ON part2 (k);
    CREATE TABLE parent (id int DEFAULT 1);
    CREATE TABLE child () INHERITS (parent);
    CREATE TABLE stray (id int DEFAULT 1);
    CREATE EXTENSION IF NOT EXISTS plpgsql;
"""

COLUMNS = """
ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 3 CHECK (n > 0)
ALTER TABLE t ADD COLUMN IF NOT EXISTS a int
ALTER TABLE t ADD COLUMN "N n" bigserial, ADD COLUMN o int REFERENCES other
ALTER TABLE t ALTER COLUMN b SET DEFAULT 'y'
ALTER TABLE t ALTER COLUMN b DROP DEFAULT
ALTER TABLE t ALTER COLUMN k DROP DEFAULT
ALTER TABLE t ALTER COLUMN a SET DEFAULT 5
ALTER TABLE other ALTER COLUMN "Mixed Case" SET DEFAULT 5
ALTER TABLE t ALTER COLUMN a SET NOT NULL
ALTER TABLE t ALTER COLUMN d SET NOT NULL
ALTER TABLE t ALTER COLUMN d DROP NOT NULL
ALTER TABLE t ALTER COLUMN a DROP NOT NULL
ALTER TABLE t ALTER COLUMN c TYPE varchar(20)
ALTER TABLE t ALTER COLUMN c TYPE text
ALTER TABLE t ALTER COLUMN b TYPE varchar(50)
ALTER TABLE plain ALTER COLUMN a TYPE bigint
ALTER TABLE plain ALTER COLUMN "Mixed" TYPE numeric
ALTER TABLE t ALTER COLUMN i TYPE numeric(10, 2)
ALTER TABLE t ALTER COLUMN j TYPE timestamptz
ALTER TABLE t ALTER COLUMN h DROP DEFAULT, ALTER COLUMN h TYPE other_mood USING h::text::other_mood
ALTER TABLE t ALTER COLUMN h DROP DEFAULT, ALTER COLUMN h TYPE text USING h::text, ALTER COLUMN h SET DEFAULT 'sad'
ALTER TABLE t ALTER COLUMN m TYPE varchar(30)
ALTER TABLE t ALTER COLUMN d ADD GENERATED ALWAYS AS IDENTITY
ALTER TABLE t ALTER COLUMN e SET GENERATED BY DEFAULT
ALTER TABLE t ALTER COLUMN e SET GENERATED BY DEFAULT SET INCREMENT BY 4
ALTER TABLE t ALTER COLUMN e DROP IDENTITY
ALTER TABLE t ALTER COLUMN b SET STORAGE PLAIN
ALTER TABLE t ALTER COLUMN b SET COMPRESSION pglz
ALTER TABLE t ALTER COLUMN a SET STATISTICS 10
ALTER TABLE t ALTER COLUMN d SET STATISTICS 10
ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)
ALTER TABLE t ALTER COLUMN a RESET (n_distinct)
ALTER TABLE t RENAME COLUMN a TO "Z z"
ALTER TABLE parts ADD COLUMN n int
ALTER TABLE parent ALTER COLUMN id SET DEFAULT 4
ALTER VIEW v ALTER COLUMN id SET DEFAULT 4
"""

CONSTRAINTS = """
ALTER TABLE t ADD CONSTRAINT n CHECK (d > 0)
ALTER TABLE t ADD CHECK (d > 0)
ALTER TABLE t ADD CHECK (d >= id)
ALTER TABLE t ADD CONSTRAINT n CHECK (d > 0) NOT VALID
ALTER TABLE t ADD UNIQUE (id, a)
ALTER TABLE plain ADD PRIMARY KEY (id)
ALTER TABLE plain ADD CONSTRAINT n PRIMARY KEY (a, b)
ALTER TABLE plain ADD CONSTRAINT plain_id UNIQUE USING INDEX plain_id
ALTER TABLE plain ADD CONSTRAINT n UNIQUE USING INDEX plain_id
ALTER TABLE plain ADD CONSTRAINT n PRIMARY KEY USING INDEX plain_a
ALTER TABLE t ADD EXCLUDE (id WITH =)
ALTER TABLE plain ADD FOREIGN KEY (a) REFERENCES other
ALTER TABLE plain ADD CONSTRAINT n FOREIGN KEY (a) REFERENCES other NOT VALID
ALTER TABLE t VALIDATE CONSTRAINT t_later
ALTER TABLE t VALIDATE CONSTRAINT t_ck
ALTER TABLE t DROP CONSTRAINT t_ck
ALTER TABLE t DROP CONSTRAINT t_later
ALTER TABLE plain DROP CONSTRAINT plain_b_key
ALTER TABLE t DROP CONSTRAINT t_unique
ALTER TABLE t DROP CONSTRAINT t_fk
ALTER TABLE t DROP CONSTRAINT t_never
ALTER TABLE t DROP CONSTRAINT t_pk
ALTER TABLE t DROP CONSTRAINT IF EXISTS nothing
ALTER TABLE t ALTER CONSTRAINT t_fk DEFERRABLE INITIALLY DEFERRED
ALTER TABLE t RENAME CONSTRAINT t_ck TO z
ALTER TABLE parts DROP CONSTRAINT parts_check
"""

INDEXES = """
CREATE INDEX n ON t (d)
CREATE INDEX ON t (d, a)
CREATE INDEX IF NOT EXISTS t_a ON t (a)
CREATE UNIQUE INDEX CONCURRENTLY "N" ON t (d)
CREATE INDEX n ON parts (k)
CREATE INDEX n ON ONLY parts (k)
DROP INDEX t_a
DROP INDEX CONCURRENTLY t_a
DROP INDEX plain_id
DROP INDEX t_clustered
DROP INDEX parts_id
DROP INDEX IF EXISTS nothing
ALTER INDEX t_a RENAME TO z
REINDEX TABLE CONCURRENTLY t
"""

TABLES = """
CREATE TABLE n (id serial PRIMARY KEY, o int REFERENCES other)
CREATE TABLE "Elsewhere"."N" (id int)
CREATE TABLE IF NOT EXISTS t (id int)
CREATE TABLE IF NOT EXISTS n (id int)
CREATE TABLE n PARTITION OF parts FOR VALUES IN (7)
CREATE TABLE n AS SELECT * FROM plain
ALTER TABLE t RENAME TO "Z"
ALTER VIEW v RENAME TO z
ALTER SEQUENCE s RENAME TO z
ALTER TABLE plain SET SCHEMA "Elsewhere"
ALTER TABLE t DISABLE TRIGGER t_touch
ALTER TABLE t ENABLE TRIGGER t_off
ALTER TABLE t ENABLE ALWAYS TRIGGER t_touch
ALTER TABLE t DISABLE TRIGGER ALL
ALTER TABLE t DISABLE TRIGGER USER
ALTER TABLE t DISABLE RULE t_rule
ALTER TABLE t ENABLE ROW LEVEL SECURITY
ALTER TABLE t FORCE ROW LEVEL SECURITY
ALTER TABLE t REPLICA IDENTITY FULL
ALTER TABLE t CLUSTER ON t_pk
ALTER TABLE t SET WITHOUT CLUSTER
ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = false)
ALTER TABLE t RESET (fillfactor)
ALTER TABLE plain SET UNLOGGED
ALTER TABLE stray INHERIT parent
ALTER TABLE plain OWNER TO somebody
ALTER TABLE parts ATTACH PARTITION part2 FOR VALUES IN (2)
ALTER TABLE parts DETACH PARTITION part1
ALTER TABLE parts DETACH PARTITION part1 CONCURRENTLY
DROP TABLE IF EXISTS nothing
"""

OBJECTS = """
CREATE TYPE n AS ENUM ('a')
CREATE TYPE n AS (a int)
CREATE TYPE n AS RANGE (subtype = float8)
CREATE DOMAIN n AS int CHECK (VALUE > 0)
CREATE SCHEMA n
CREATE SCHEMA IF NOT EXISTS "Elsewhere"
CREATE SEQUENCE n
CREATE SEQUENCE IF NOT EXISTS s
CREATE VIEW n AS SELECT 1 AS x
CREATE OR REPLACE VIEW v AS SELECT id, note, 1 AS more FROM other
CREATE MATERIALIZED VIEW n AS SELECT 1 AS x
CREATE FUNCTION n(a int, OUT b text, c text[] DEFAULT '{}') RETURNS text LANGUAGE sql AS 'SELECT ''x'''
CREATE OR REPLACE FUNCTION add(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a - b'
CREATE OR REPLACE FUNCTION n() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE PROCEDURE n() LANGUAGE sql AS 'SELECT 1'
CREATE AGGREGATE n (int) (sfunc = int4pl, stype = int)
CREATE TRIGGER n BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()
CREATE OR REPLACE TRIGGER t_touch AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()
CREATE RULE n AS ON UPDATE TO t DO ALSO NOTHING
CREATE OR REPLACE RULE t_rule AS ON DELETE TO t DO INSTEAD NOTHING
CREATE POLICY n ON t
CREATE STATISTICS n ON a, d FROM t
CREATE STATISTICS IF NOT EXISTS t_statistics ON a, d FROM t
DROP VIEW v
DROP MATERIALIZED VIEW m
DROP SEQUENCE s
DROP FUNCTION add(int, int)
DROP FUNCTION add
DROP FUNCTION IF EXISTS add(text)
DROP PROCEDURE work(int)
DROP TRIGGER t_touch ON t
DROP TRIGGER t_off ON t
DROP TRIGGER IF EXISTS nothing ON t
DROP RULE t_rule ON t
DROP POLICY t_policy ON t
DROP STATISTICS t_statistics
DROP TYPE pair
DROP TYPE other_mood
DROP DOMAIN short
DROP DOMAIN unused
DROP SCHEMA "Elsewhere"
ALTER SEQUENCE s INCREMENT BY 2 MAXVALUE 900 CYCLE
ALTER SEQUENCE s OWNED BY t.a
ALTER POLICY t_policy ON t USING (true)
ALTER FUNCTION add(int, int) STABLE
ALTER TYPE mood RENAME VALUE 'ok' TO 'fi''ne'
ALTER TYPE mood RENAME TO "Mood"
ALTER TYPE pair ADD ATTRIBUTE c int
ALTER TYPE mood SET SCHEMA "Elsewhere"
ALTER TYPE mood OWNER TO somebody
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok'
ALTER FUNCTION add(int, int) RENAME TO n
ALTER FUNCTION add(int, int) OWNER TO somebody
ALTER FUNCTION add(int, int) SET SCHEMA "Elsewhere"
ALTER VIEW v SET SCHEMA "Elsewhere"
ALTER TRIGGER t_touch ON t RENAME TO n
ALTER SCHEMA "Elsewhere" RENAME TO n
ALTER SCHEMA "Elsewhere" OWNER TO somebody
ALTER POLICY t_policy ON t RENAME TO n
ALTER DOMAIN short SET DEFAULT 'y'
ALTER DOMAIN short DROP DEFAULT
ALTER DOMAIN short SET NOT NULL
ALTER DOMAIN unused DROP NOT NULL
ALTER DOMAIN short ADD CONSTRAINT n CHECK (VALUE <> '') NOT VALID
ALTER DOMAIN short DROP CONSTRAINT short_length
COMMENT ON TABLE t IS 'x'
COMMENT ON TABLE other IS NULL
COMMENT ON COLUMN t.a IS 'x'
COMMENT ON COLUMN t.b IS 'x'
COMMENT ON INDEX t_a IS 'x'
COMMENT ON CONSTRAINT t_ck ON t IS 'x'
COMMENT ON TRIGGER t_touch ON t IS 'x'
COMMENT ON FUNCTION touch() IS 'x'
COMMENT ON TYPE mood IS 'x'
COMMENT ON SCHEMA "Elsewhere" IS 'x'
COMMENT ON VIEW v IS 'x'
GRANT SELECT, UPDATE ON t TO PUBLIC
GRANT ALL ON t TO somebody
GRANT SELECT ON v TO PUBLIC, somebody
REVOKE SELECT ON v FROM PUBLIC
REVOKE ALL ON v FROM PUBLIC
GRANT USAGE ON SCHEMA "Elsewhere" TO somebody
GRANT USAGE ON SEQUENCE s TO somebody
REFRESH MATERIALIZED VIEW m
ANALYZE t
SELECT count(*) FROM t
DO $$ BEGIN IF NOT EXISTS (SELECT FROM t) THEN RAISE 'empty'; END IF; END $$
"""


@pytest.fixture
def before(database: Database):
    with database.connect() as connection:
        connection.execute("DO $$ BEGIN CREATE ROLE somebody; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        connection.execute(SCHEMA.encode())
        yield connection, database, database.dump()


@pytest.mark.parametrize("family", [COLUMNS, CONSTRAINTS, INDEXES, TABLES, OBJECTS])
@pytest.mark.matrix
def test_undo_restores_the_schema_to_the_letter(before, family: str) -> None:
    connection, database, dump = before
    catalog = Catalog(connection)
    wrong: list[str] = []
    for sql in filter(None, family.splitlines()):
        back = undo.of([Statement(sql)], catalog)
        assert back.possible, f"{sql}: {back}"
        connection.execute(sql.encode())
        try:
            for text in back.sql:
                connection.execute(text.encode())
        except Exception as error:
            pytest.fail(f"{sql}\n{back.sql}\n{error}\n" + "\n".join(wrong))
        after = database.dump()
        if after != dump:
            gone, come = (
                set(dump.splitlines()) - set(after.splitlines()),
                set(after.splitlines()) - set(dump.splitlines()),
            )
            wrong.append(f"{sql}\n   undo  {back.sql}\n   gone  {gone}\n   come  {come}")
            dump = after
    assert not wrong, "\n".join(wrong)


LOSING = """
ALTER TABLE t DROP COLUMN b
ALTER TABLE t ALTER COLUMN g DROP EXPRESSION
ALTER TABLE t ALTER COLUMN i TYPE int
ALTER TABLE t ALTER COLUMN b TYPE int USING length(b)
ALTER TABLE t ALTER COLUMN b TYPE varchar(1) USING b::varchar(1)
DROP TABLE plain
DROP TABLE t CASCADE
TRUNCATE plain
INSERT INTO plain (id) VALUES (1)
UPDATE t SET b = 'z'
DELETE FROM t
DROP VIEW v CASCADE
DROP EXTENSION plpgsql
SELECT setval('s', 5)
SELECT add(1)
DO $$ BEGIN EXECUTE 'CREATE TABLE n ()'; END $$
DO $$ BEGIN ALTER TABLE t ADD COLUMN n int; END $$
CALL work(1)
nonsense
ALTER TYPE pair DROP ATTRIBUTE a
GRANT SELECT (a) ON t TO PUBLIC
ALTER TABLE missing ALTER COLUMN a SET DEFAULT 1
"""


def test_what_cannot_be_put_back_says_what_is_lost(before) -> None:
    catalog = Catalog(before[0])
    for sql in filter(None, LOSING.splitlines()):
        assert undo.of([Statement(sql)], catalog).loses, sql


def test_a_new_enum_label_is_kept(before) -> None:
    back = undo.of([Statement("ALTER TYPE mood ADD VALUE 'new'")], Catalog(before[0]))
    assert back == Undo(keeps="label 'new' stays in type mood")


def test_leaving_a_parent_is_taken_back_but_for_whose_the_columns_are(before) -> None:
    back = undo.of([Statement("ALTER TABLE child NO INHERIT parent")], Catalog(before[0]))
    assert back.sql == ('ALTER TABLE "public"."child" INHERIT "public"."parent"',)
    assert "count as its own" in back.keeps


def test_an_empty_column_can_be_added_again_on_request(before) -> None:
    connection, _database, _dump = before
    back = undo.of([Statement("ALTER TABLE t DROP COLUMN c")], Catalog(connection))
    connection.execute("ALTER TABLE t DROP COLUMN c")
    for text in back.sql:
        connection.execute(text.encode())
    row = connection.execute(
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'"
    ).fetchone()
    assert row == ("character varying(10)",)


def test_every_undo_statement_is_one_that_the_parser_knows(before) -> None:
    catalog = Catalog(before[0])
    for sql in filter(None, (COLUMNS + CONSTRAINTS + INDEXES + TABLES + OBJECTS).splitlines()):
        for text in undo.of([Statement(sql)], catalog).sql:
            assert split(text) == [text], sql


def test_without_a_catalog_what_it_would_tell_is_open() -> None:
    assert undo.inverse(Statement("ALTER TABLE t ALTER COLUMN a DROP DEFAULT"), None).open
    assert undo.inverse(Statement("CREATE TABLE t (a int)"), None) == Undo(('DROP TABLE IF EXISTS "t"',))
