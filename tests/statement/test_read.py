"""From text to forms: names, parts and actions; and nothing that raises, whatever the text."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate import facts, plan
from safemigrate.statement import Statement, forms, parser, read
from safemigrate.statement.forms import Relation

T = Relation("t")
WORDS = """
    ALTER TABLE t ADD COLUMN DROP CONSTRAINT IF EXISTS a , ( ) ; ' " $$ -- /* */ CREATE INDEX ON DO TYPE enum 'x' 1 =
    SELECT FROM UPDATE SET NOT NULL DEFAULT now() REFERENCES u CONCURRENTLY é COMMENT IS GRANT TO
"""
ODD = """
ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b
ALTER TABLE t OF pair
ALTER TABLE t NOT OF
CREATE TABLE t OF pair (a WITH OPTIONS NOT NULL)
CREATE FOREIGN TABLE t (a int) SERVER s
ALTER FOREIGN TABLE t OPTIONS (ADD a 'b')
ALTER FOREIGN TABLE t ALTER a OPTIONS (ADD a 'b')
IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y
CREATE SERVER s FOREIGN DATA WRAPPER w
CREATE USER MAPPING FOR x SERVER s
COMMENT ON CAST (int AS text) IS 'x'
COMMENT ON OPERATOR + (int, int) IS 'x'
COMMENT ON LARGE OBJECT 5 IS 'x'
COMMENT ON OPERATOR CLASS c USING btree IS 'x'
COMMENT ON DOMAIN d IS 'x'
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x'
COMMENT ON TRANSFORM FOR int LANGUAGE l IS 'x'
COMMENT ON ROLE r IS 'x'
DROP CAST (int AS text)
DROP OPERATOR + (int, int)
DROP OPERATOR CLASS c USING btree
DROP TRANSFORM FOR int LANGUAGE l
DROP ROLE r
DROP OWNED BY r
REASSIGN OWNED BY r TO s
DROP USER MAPPING FOR x SERVER s
DROP ACCESS METHOD a
DROP EVENT TRIGGER e
ALTER OPERATOR + (int, int) OWNER TO x
ALTER DATABASE d RENAME TO e
ALTER ROLE r RENAME TO s
ALTER ROLE ALL SET work_mem = '1MB'
ALTER TYPE t RENAME ATTRIBUTE a TO b
ALTER TYPE t SET (storage = plain)
ALTER DOMAIN d RENAME CONSTRAINT a TO b
ALTER DOMAIN d VALIDATE CONSTRAINT c
ALTER FUNCTION f DEPENDS ON EXTENSION e
ALTER AGGREGATE a (*) RENAME TO b
ALTER LARGE OBJECT 5 OWNER TO x
ALTER STATISTICS s SET STATISTICS 5
ALTER PUBLICATION p ADD TABLE t
ALTER EXTENSION e ADD TABLE t
ALTER EXTENSION e UPDATE
ALTER TRIGGER t ON u DEPENDS ON EXTENSION e
ALTER VIEW v RENAME COLUMN a TO b
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 5
ALTER SEQUENCE s AS bigint RESTART
ALTER EVENT TRIGGER e DISABLE
ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&, lower(b) WITH =) WHERE (a > 0)
ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES u MATCH FULL ON DELETE SET NULL (a)
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()
CREATE OPERATOR + (leftarg = int, rightarg = int, function = f)
CREATE CAST (int AS text) WITH FUNCTION f(int)
CREATE TEXT SEARCH CONFIGURATION c (copy = english)
CREATE COLLATION c FROM "C"
CREATE PUBLICATION p FOR ALL TABLES
CREATE STATISTICS s ON (a + 1), b FROM t
CREATE TYPE shell
CREATE AGGREGATE a (*) (sfunc = f, stype = int)
CREATE SCHEMA s CREATE TABLE t (a int)
CREATE SCHEMA AUTHORIZATION x
CREATE TABLE t AS EXECUTE p
CREATE RECURSIVE VIEW v (n) AS SELECT 1
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1
CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE sql BEGIN ATOMIC SELECT 1; END
CREATE TABLE t (a int, LIKE u INCLUDING ALL, EXCLUDE (a WITH =))
SELECT * INTO t FROM u
SELECT 1 UNION SELECT 2 FOR UPDATE
VALUES (1), (2)
TABLE t
INSERT INTO t DEFAULT VALUES
INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1 RETURNING *
UPDATE ONLY t SET (a, b) = (SELECT 1, 2)
DELETE FROM t USING u
MERGE INTO t USING u ON a = b WHEN MATCHED THEN DELETE
COPY (SELECT 1) TO STDOUT
COPY t (a) FROM PROGRAM 'x'
DO LANGUAGE plpython3u 'x'
DO $$ syntax error $$
EXPLAIN ANALYZE SELECT 1
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE ALL
DECLARE c CURSOR FOR SELECT 1
FETCH c
LISTEN a
NOTIFY a
LOAD 'x'
DISCARD ALL
CHECKPOINT
SHOW ALL
SET TIME ZONE 'UTC'
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE
SET ROLE NONE
SAVEPOINT a
ROLLBACK TO a
PREPARE TRANSACTION 'x'
VACUUM (ANALYZE, PARALLEL 2) t (a), u
CLUSTER
REINDEX DATABASE
GRANT ALL ON ALL TABLES IN SCHEMA s TO x
GRANT EXECUTE ON FUNCTION f(int) TO x
GRANT USAGE ON LARGE OBJECT 5 TO x
GRANT SET ON PARAMETER work_mem TO x
REVOKE GRANT OPTION FOR SELECT ON t FROM CURRENT_USER
SECURITY LABEL ON TABLE t IS 'x'
"""


@pytest.mark.parametrize(
    ("sql", "form"),
    [
        ('ALTER TABLE "S s"."T" DROP COLUMN "C"', forms.DropColumn(Relation("T", "S s"), "C")),
        ("alter table T drop column if exists C cascade", forms.DropColumn(T, "c", if_exists=True, cascade=True)),
        ("ALTER TABLE t ALTER a SET NOT NULL", forms.SetNotNull(T, "a")),
        ("ALTER TABLE t ALTER a TYPE varchar(30) USING a::text",
         forms.AlterColumnType(T, "a", "character varying(30)", using="a::text")),
        ("ALTER TABLE t ALTER a DROP DEFAULT", forms.DropDefault(T, "a")),
        ("ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES s.u NOT VALID",
         forms.AddConstraint(T, forms.Constraint("foreign key", "k", ("a",), not_valid=True,
                                                 references=Relation("u", "s")))),
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (b) ON DELETE SET NULL",
         forms.AddConstraint(T, forms.Constraint("foreign key", "", ("a",), references=Relation("u"),
                                                 referenced=("b",), on_delete="set null"))),
        ("ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX ix",
         forms.AddConstraint(T, forms.Constraint("unique", "k", using_index="ix"))),
        ("ALTER TABLE t ADD CONSTRAINT k NOT NULL a NOT VALID",
         forms.AddConstraint(T, forms.Constraint("not null", "k", ("a",), not_valid=True))),
        ("ALTER TABLE t RENAME COLUMN a TO b", forms.RenameColumn(T, "a", "b")),
        ("ALTER INDEX t RENAME TO b", forms.RenameRelation(T, "b", "index")),
        ("ALTER TABLE t DETACH PARTITION p CONCURRENTLY", forms.DetachPartition(T, Relation("p"), concurrently=True)),
        ("CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a, b)",
         forms.CreateIndex(T, "ix", ("a", "b"), unique=True, concurrently=True)),
        ("CREATE INDEX ON ONLY t (lower(a))", forms.CreateIndex(T, "", only=True)),
        ("DROP INDEX CONCURRENTLY IF EXISTS s.ix",
         forms.DropIndex(Relation("ix", "s"), concurrently=True, if_exists=True)),
        ("ALTER TYPE s.e ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'",
         forms.AddEnumValue(Relation("e", "s"), "x", if_not_exists=True, beside="y")),
        ("COMMENT ON COLUMN s.t.a IS 'it''s'", forms.Comment("column", Relation("t", "s"), "a", text="it's")),
        ("DROP TRIGGER tr ON s.t", forms.Drop("trigger", Relation("tr"), on=Relation("t", "s"))),
        ("DROP FUNCTION s.f(int, text[])",
         forms.Drop("function", Relation("f", "s"), arguments=("integer", "text[]"))),
        ("UPDATE t SET a = 1, b = 2 FROM u",
         forms.Write("update", T, ("a", "b"), reads=(Relation("u"),))),
        ("SET LOCAL lock_timeout = '5s'", forms.Set("lock_timeout", local=True, value="5s")),
        ("RESET ALL", forms.Set("", reset=True)),
        ("START TRANSACTION", forms.Transaction("begin")),
        ("VACUUM FULL t", forms.Maintenance("vacuum full", (T,))),
        ("GRANT ALL ON t TO PUBLIC", forms.Grant("table", (T,), ("all",), ("public",))),
    ],
)  # fmt: skip
def test_a_statement_is_read_into_its_form(sql: str, form: forms.Form) -> None:
    assert read.forms(sql) == (form,)


def test_each_action_of_an_alter_table_is_a_form() -> None:
    found = read.forms("ALTER TABLE t ADD COLUMN n int, DROP COLUMN a, ALTER b SET DEFAULT 1")
    assert [type(form) for form in found] == [forms.AddColumn, forms.DropColumn, forms.SetDefault]


def test_dropping_two_tables_is_two_forms() -> None:
    assert read.forms("DROP TABLE t, s.u") == (forms.DropTable(T), forms.DropTable(Relation("u", "s")))


def test_the_parts_of_a_column_are_sorted_out() -> None:
    (form,) = read.forms("ALTER TABLE t ADD COLUMN n numeric(10, 2) DEFAULT 0 NOT NULL CHECK (n > 0) REFERENCES u (id)")
    assert isinstance(form, forms.AddColumn)
    column = form.column
    assert (column.type, column.not_null, column.references) == ("numeric(10,2)", True, (Relation("u"),))
    assert column.default == forms.Default("0", "constant")
    assert [constraint.kind for constraint in column.constraints] == ["check", "foreign key"]


@pytest.mark.parametrize(
    ("default", "volatility"),
    [("'x'::text", "constant"), ("now()", "stable"), ("CURRENT_TIMESTAMP", "stable"), ("gen_random_uuid()", "volatile"),
     ("pg_catalog.nextval('s')", "volatile"), ("my_function()", "unknown"), ("s.now()", "unknown"),
     ("lower('X') || random()", "volatile"), ("'{}'::jsonb", "constant"), ("-1", "constant")],
)  # fmt: skip
def test_the_volatility_of_a_default_is_told_by_its_functions(default: str, volatility: str) -> None:
    (form,) = read.forms(f"ALTER TABLE t ADD COLUMN n text DEFAULT {default}")
    assert isinstance(form, forms.AddColumn)
    assert form.column.default is not None
    assert form.column.default.volatility == volatility


def test_a_write_within_a_with_query_is_seen() -> None:
    found = read.forms("WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM gone")
    assert [form.kind for form in found if isinstance(form, forms.Write)] == ["delete", "insert"]


def test_the_static_statements_of_a_block_are_seen() -> None:
    (form,) = read.forms("DO $$ BEGIN IF f() THEN ALTER TABLE t DROP COLUMN a; END IF; UPDATE u SET b = 1; END $$")
    assert isinstance(form, forms.Do)
    assert {forms.DropColumn(T, "a"), forms.Write("update", Relation("u"), ("b",))} <= set(form.inside)
    assert form.opaque == ""


def test_sql_that_a_block_builds_is_opaque() -> None:
    (form,) = read.forms("DO $$ BEGIN EXECUTE 'DROP TABLE ' || x; END $$")
    assert isinstance(form, forms.Do)
    assert "builds itself" in form.opaque


def test_a_block_in_another_language_is_opaque() -> None:
    (form,) = read.forms("DO LANGUAGE plpython3u 'plpy.execute(1)'")
    assert form == forms.Do(opaque="its language is plpython3u")


def test_split_keeps_the_text_and_drops_what_is_empty() -> None:
    sql = "-- first\nSELECT 'a;b';; /* none; */ ;\nDO $$ BEGIN PERFORM 1; END $$ ;\n-- end\n"
    assert read.split(sql) == ["SELECT 'a;b'", "DO $$ BEGIN PERFORM 1; END $$"]


def test_text_that_does_not_parse_stays_in_one_piece() -> None:
    assert read.split(" CREATE NONSENSE; SELECT 1 ") == ["CREATE NONSENSE; SELECT 1"]


def test_names_and_literals_tell_what_a_statement_mentions() -> None:
    sql = "SELECT a FROM s.t JOIN information_schema.tables ON table_name = 'Orders'"
    assert {"a", "s", "t", "tables", "table_name"} <= read.names(sql)
    assert read.literals(sql) == {"orders"}


def test_names_in_a_block_are_all_its_words() -> None:
    assert {"secret_table", "x"} <= read.names("DO $$ BEGIN EXECUTE 'DROP TABLE secret_table'; x := 1; END $$")


@pytest.mark.parametrize("sql", ODD.strip().splitlines())
def test_every_statement_has_forms_a_claim_and_an_undo(sql: str) -> None:
    statement = Statement(sql)
    assert statement.forms
    facts.impact(statement.forms, 18)
    (step,) = plan.steps([statement], version=18)
    assert step.title


@given(st.text() | st.lists(st.sampled_from(WORDS.split())).map(" ".join))
def test_nothing_raises(text: str) -> None:
    assert all(isinstance(form, forms.Form) for form in Statement(text).forms)
    assert all(piece == piece.strip() and piece for piece in read.split(text))
    assert isinstance(read.names(text) | read.literals(text), frozenset)


@given(st.lists(st.sampled_from(["SELECT ';'", "UPDATE t SET a = 'é'", "DO $$ BEGIN ; END $$", 'DROP TABLE "a;b"'])))
def test_what_is_joined_is_split_again(statements: list[str]) -> None:
    assert read.split(";\n".join(statements)) == statements


def test_a_tree_that_is_too_deep_is_unknown() -> None:
    (form,) = read.forms("SELECT 1" + " + 1" * 5000)
    assert isinstance(form, forms.Unknown)


def test_the_parser_is_loaded_only_when_something_is_parsed() -> None:
    code = "import sys, safemigrate.plan, safemigrate.facts; sys.exit('postgast' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_check_says_what_it_compares_and_what_it_lets_no_null_into() -> None:
    (form,) = read.forms("ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL AND (b IS NOT NULL AND c > 0)) NOT VALID")
    assert isinstance(form, forms.AddConstraint)
    assert form.constraint.proves == ("a", "b")
    assert "c > 0" in form.constraint.expression
    (form,) = read.forms("ALTER TABLE t ADD CHECK (a IS NOT NULL OR b IS NOT NULL)")
    assert isinstance(form, forms.AddConstraint)
    assert form.constraint.proves == ()


@pytest.mark.parametrize(
    ("sql", "filtered", "compared", "from_query"),
    [
        ("UPDATE t SET a = 1", False, (), False),
        ("UPDATE t SET a = 1 WHERE b IS NULL", True, (), False),
        ("DELETE FROM t WHERE id = 5 AND kind IN ('a', 'b')", True, ("id", "kind"), False),
        ("UPDATE t SET a = 1 WHERE id = other", True, (), False),
        ("INSERT INTO t VALUES (1)", False, (), False),
        ("INSERT INTO t SELECT * FROM u", False, (), True),
        ("INSERT INTO t DEFAULT VALUES", False, (), False),
    ],
)
def test_a_write_says_how_it_finds_its_rows(
    sql: str, filtered: bool, compared: tuple[str, ...], from_query: bool
) -> None:
    (form,) = read.forms(sql)
    assert isinstance(form, forms.Write)
    assert (form.filtered, form.compared, form.from_query) == (filtered, compared, from_query)


def test_a_partitioned_table_an_index_and_an_enum_say_what_they_are_made_of() -> None:
    (table,) = read.forms("CREATE TABLE t (a int, b date) PARTITION BY RANGE (b, a, lower(c))")
    assert isinstance(table, forms.CreateTable)
    assert table.partition_key == ("b", "a")
    (index,) = read.forms("CREATE INDEX i ON t USING hash (a) WHERE a > 0")
    assert isinstance(index, forms.CreateIndex)
    assert (index.method, index.partial) == ("hash", True)
    (enum,) = read.forms("CREATE TYPE e AS ENUM ('x', 'y')")
    assert isinstance(enum, forms.Create)
    assert enum.labels == ("x", "y")


@pytest.mark.parametrize(
    ("rest", "volatility"),
    [
        ("LANGUAGE plpgsql AS 'BEGIN END'", "volatile"),
        ("LANGUAGE plpgsql STABLE AS 'BEGIN END'", "stable"),
        ("IMMUTABLE LANGUAGE sql AS 'SELECT 1'", "constant"),
        ("LANGUAGE sql AS 'SELECT 1'", "unknown"),
        ("RETURN 1", "unknown"),
    ],
)
def test_a_function_says_how_volatile_it_is(rest: str, volatility: str) -> None:
    (form,) = read.forms(f"CREATE FUNCTION f() RETURNS int {rest}")
    assert isinstance(form, forms.Create)
    assert form.volatility == volatility


def test_a_domain_says_whether_it_has_a_constraint() -> None:
    texts = ("int", "int DEFAULT 1", "int NOT NULL", "int CHECK (VALUE > 0)")
    (several,) = zip(*(read.forms(f"CREATE DOMAIN d AS {text}") for text in texts), strict=True)
    assert [form.constrained for form in several if isinstance(form, forms.Create)] == [False, False, True, True]


def test_a_view_says_which_columns_its_query_uses() -> None:
    texts = ("SELECT count(*), o.a FROM o WHERE b > 1", "SELECT o.* FROM o")
    (several,) = zip(*(read.forms(f"CREATE VIEW v AS {text}") for text in texts), strict=True)
    one, all_of_it = (set(form.uses) for form in several if isinstance(form, forms.Create))
    assert one == {"a", "b"}
    assert "*" in all_of_it


def test_the_modifiers_of_a_type_may_be_words() -> None:
    (form,) = read.forms("ALTER TABLE t ADD place geometry(Point, 4326)")
    assert isinstance(form, forms.AddColumn)
    assert form.column.type == "geometry(point,4326)"


@pytest.mark.parametrize(
    "head", ["CREATE TABLE {} (a int)", 'ALTER TABLE t ADD "{}" int', "DO $$ BEGIN DROP TABLE {}; END $$"]
)
def test_identifiers_are_told_as_they_are_written_however_long(head: str) -> None:
    name = "n" * 70
    assert name in parser.identifiers(head.format(name))


def test_texts_are_no_identifiers() -> None:
    assert parser.identifiers("INSERT INTO t VALUES ('abc', $$def$$)") == ["t"]
    assert parser.identifiers("SELECT 'unfinished") == []
