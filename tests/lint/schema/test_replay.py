"""The schema that the history makes, statement by statement, and against what a server has in the end."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.lint.schema import Schema, replay
from safemigrate.statement import Statement, split
from safemigrate.statement.forms import Relation

T = Relation("t")


def replayed(*sql: str) -> Schema:
    schema = Schema()
    for each in (Statement(text) for several in sql for text in split(several)):
        replay.apply(schema, each.forms, each.sql)
    return schema


def constraints(schema: Schema, table: Relation = T) -> dict[str, tuple[str, bool]]:
    known = schema.table(table)
    assert known is not None
    return {name: (each.kind, each.valid) for name, each in known.constraints.items()}


def test_a_table_has_its_columns_keys_and_the_names_that_postgresql_chooses() -> None:
    schema = replayed(
        "CREATE TABLE t (id bigint PRIMARY KEY, a int UNIQUE CHECK (a > 0), b int REFERENCES u, c text NOT NULL)"
    )
    table = schema.table(T)
    assert table is not None
    assert {name: column.not_null for name, column in table.columns.items()} == {
        "id": True, "a": False, "b": False, "c": True,
    }  # fmt: skip
    assert constraints(schema) == {
        "t_pkey": ("primary key", True),
        "t_a_key": ("unique", True),
        "t_a_check": ("check", True),
        "t_b_fkey": ("foreign key", True),
    }
    assert set(table.indexes) == {"t_pkey", "t_a_key"}
    assert table.constraints["t_b_fkey"].references == Relation("u", "public")


def test_public_is_where_names_without_a_schema_are() -> None:
    schema = replayed("CREATE TABLE public.t (a int)", "ALTER TABLE t ADD COLUMN b int")
    table = schema.table(Relation("t", "public"))
    assert table is not None
    assert set(table.columns) == {"a", "b"}


def test_a_constraint_proves_only_when_it_is_valid() -> None:
    steps = ["CREATE TABLE t (a int)", "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID"]
    table = replayed(*steps).table(T)
    assert table is not None
    assert not table.proven_not_null("a")
    table = replayed(*steps, "ALTER TABLE t VALIDATE CONSTRAINT c").table(T)
    assert table is not None
    assert table.proven_not_null("a")


def test_a_not_null_constraint_of_18_counts_when_it_is_validated() -> None:
    steps = ["CREATE TABLE t (a int)", "ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID"]
    assert not replayed(*steps).tables[Relation("t", "public")].proven_not_null("a")
    done = replayed(*steps, "ALTER TABLE t VALIDATE CONSTRAINT c").tables[Relation("t", "public")]
    assert done.columns["a"].not_null


def test_a_key_from_an_index_takes_its_name_and_columns() -> None:
    schema = replayed(
        "CREATE TABLE t (a int)",
        "CREATE UNIQUE INDEX i ON t (a)",
        "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i",
    )
    table = schema.table(T)
    assert table is not None
    assert set(table.indexes) == {"k"}
    assert table.constraints["k"].columns == ("a",)
    assert table.columns["a"].not_null


def test_what_hangs_on_a_column_goes_with_it() -> None:
    schema = replayed(
        "CREATE TABLE t (a int, b int UNIQUE, CHECK (a > b))", "CREATE INDEX i ON t (a)", "ALTER TABLE t DROP b"
    )
    table = schema.table(T)
    assert table is not None
    assert set(table.columns) == {"a"}
    assert not table.constraints
    assert set(table.indexes) == {"i"}


def test_renames_are_followed_by_all_that_points_there() -> None:
    schema = replayed(
        "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES u)",
        "CREATE VIEW v AS SELECT * FROM t",
        "ALTER TABLE u RENAME TO w; ALTER TABLE t RENAME a TO b; ALTER INDEX u_pkey RENAME TO w_pk",
        "ALTER TABLE t RENAME TO s",
    )
    table = schema.table(Relation("s"))
    assert table is not None
    assert table.constraints["t_a_fkey"].references == Relation("w", "public")
    assert table.constraints["t_a_fkey"].columns == ("b",)
    assert schema.tables[Relation("w", "public")].constraints.keys() == {"w_pk"}
    assert schema.views_of(Relation("s"))
    assert schema.is_fresh(Relation("s"))
    assert not schema.is_fresh(Relation("t"))


def test_dropping_a_table_drops_its_partitions_and_the_keys_that_point_at_it() -> None:
    schema = replayed(
        "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2)",
        "CREATE TABLE t (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES p)",
        "DROP TABLE p CASCADE",
    )
    assert set(schema.tables) == {Relation("t", "public")}
    assert constraints(schema) == {}


def test_partitions_are_attached_and_detached() -> None:
    steps = ["CREATE TABLE p (a int) PARTITION BY RANGE (a)", "CREATE TABLE c (a int)"]
    attach = "ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (1) TO (2)"
    schema = replayed(*steps, attach)
    assert schema.tables[Relation("p", "public")].partition_key == ("a",)
    assert [each.name.name for each in schema.partitions(Relation("p"))] == ["c"]
    assert not replayed(*steps, attach, "ALTER TABLE p DETACH PARTITION c").partitions(Relation("p"))


def test_do_blocks_and_functions_of_the_history_change_the_schema() -> None:
    schema = replayed(
        "CREATE TABLE t (a int)",
        "DO $$ BEGIN ALTER TABLE t ADD COLUMN b int; END $$",
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS"
        " $$ BEGIN ALTER TABLE t ADD COLUMN c int; PERFORM f(); END $$",
        "SELECT f()",
    )
    assert set(schema.tables[Relation("t", "public")].columns) == {"a", "b", "c"}


def test_a_schema_is_renamed_with_all_that_is_in_it() -> None:
    schema = replayed(
        "CREATE TABLE s.u (id int PRIMARY KEY); CREATE TYPE s.e AS ENUM ('x'); CREATE TABLE t (a int REFERENCES s.u)",
        "ALTER SCHEMA s RENAME TO r",
    )
    assert Relation("u", "r") in schema.tables
    assert schema.enums == {Relation("e", "r"): ["x"]}
    assert schema.tables[Relation("t", "public")].constraints["t_a_fkey"].references == Relation("u", "r")


def test_what_is_settled_is_fresh_no_more() -> None:
    schema = replayed("CREATE TABLE t (a int)", "CREATE INDEX i ON t (a)", "CREATE TEMP TABLE tmp (a int)")
    schema.settle()
    assert not schema.is_fresh(T)
    assert schema.is_fresh(Relation("tmp"))


@pytest.mark.parametrize("times", [1, 3])
def test_if_not_exists_changes_nothing_that_is_there(times: int) -> None:
    schema = replayed(
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a)",
        *(["CREATE TABLE IF NOT EXISTS t (b int); ALTER TABLE t ADD COLUMN IF NOT EXISTS a text"] * times),
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (b)",
    )
    table = schema.table(T)
    assert table is not None
    assert {name: column.type for name, column in table.columns.items()} == {"a": "integer"}
    assert not table.indexes["i"].unique


NAMES = st.sampled_from(["t", "u", "s.t", "p"])
COLUMNS = st.sampled_from(["a", "b", "c"])
TEMPLATES = [
    "CREATE TABLE {t} (a int PRIMARY KEY, b int, c int CHECK (c > 0))", "DROP TABLE {t} CASCADE",
    "ALTER TABLE {t} ADD {c} int UNIQUE", "ALTER TABLE {t} DROP {c}", "ALTER TABLE {t} RENAME {c} TO {d}",
    "CREATE UNIQUE INDEX {d} ON {t} ({c})", "DROP INDEX {d}",
    "ALTER TABLE {t} ADD CONSTRAINT k FOREIGN KEY ({c}) REFERENCES {u}", "ALTER TABLE {t} DROP CONSTRAINT k",
    "ALTER TABLE {t} ADD CONSTRAINT k PRIMARY KEY USING INDEX {d}", "ALTER TABLE {t} RENAME CONSTRAINT k TO l",
    "ALTER TABLE {t} ATTACH PARTITION {u} DEFAULT", "ALTER TABLE {t} DETACH PARTITION {u}", "ALTER TABLE t RENAME TO u",
    "ALTER TABLE {t} SET SCHEMA s", "ALTER INDEX {d} RENAME TO {c}", "CREATE VIEW v AS SELECT * FROM {t}",
    "DROP SCHEMA s CASCADE",
    "ALTER SCHEMA s RENAME TO public", "CREATE TABLE {t} (LIKE {u})", "ALTER TABLE {t} ALTER {c} SET NOT NULL",
]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(TEMPLATES), NAMES, NAMES, COLUMNS, COLUMNS), max_size=25))
def test_no_order_of_statements_breaks_the_replay(drawn: list[tuple[str, str, str, str, str]]) -> None:
    schema = replayed(*(text.format(t=t, u=u, c=c, d=d) for text, t, u, c, d in drawn))
    for key, table in schema.tables.items():
        assert table.name == key
        assert all(name == each.name for name, each in table.constraints.items())
        assert all(name == each.name for name, each in table.indexes.items())


def told(existing_type: str, *sql: str) -> str | None:
    schema = replayed(*sql)
    replay.told(schema, Statement("ALTER TABLE t ALTER a TYPE text").forms, existing_type)
    column = schema.column(T, "a")
    return column.type if column else None


def test_an_operation_tells_the_type_that_the_history_does_not_know() -> None:
    assert told("VARCHAR(40)") == "character varying(40)"
    assert told("") is None
    assert told("INTEGER", "CREATE TABLE t (a text)") == "text"


def test_a_type_goes_with_its_drop_and_its_new_name() -> None:
    made = ["CREATE TYPE e AS ENUM ('x')", "CREATE TYPE c AS (a int)", "CREATE TYPE r AS RANGE (subtype = int)"]
    schema = replayed(*made, "DROP TYPE e", "ALTER TYPE c RENAME TO d")
    assert not schema.enums
    assert schema.types == {Relation("d", "public"), Relation("r", "public")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mood", Relation("mood", "public")),
        ('app."Mood"[]', Relation("Mood", "app")),
        ("geometry(point,4326)", Relation("geometry", "public")),
        ('"a.b"', Relation("a.b", "public")),
        ("", Relation("", "public")),
    ],
)
def test_a_type_is_known_by_its_name_however_it_is_spelled(text: str, name: Relation) -> None:
    assert Schema().type(text) == name


def test_a_copy_is_changed_by_itself() -> None:
    schema = replayed(
        "CREATE TYPE e AS ENUM ('x'); CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE); CREATE SEQUENCE s",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'UPDATE t SET a = 1'",
    )
    before, copy = deepcopy(schema), schema.copy()
    assert copy == before
    for text in (
        "ALTER TABLE t DROP b", "ALTER TABLE t ALTER a TYPE text", "ALTER TABLE t RENAME CONSTRAINT t_pkey TO k",
        "ALTER TYPE e ADD VALUE 'y'", "CREATE TABLE u (a int)", "DROP SEQUENCE s", "DROP FUNCTION f()",
    ):  # fmt: skip
        replay.apply(copy, Statement(text).forms, text)
        assert schema == before, text
    assert copy != before
