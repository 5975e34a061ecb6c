"""Type changes: the claims against a real server, and properties of the decision."""

from __future__ import annotations

import itertools

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.facts import types
from safemigrate.scratch import Database

TYPES = [
    "smallint", "integer", "bigint", "numeric", "numeric(8,2)", "numeric(10,2)", "numeric(10,4)", "real",
    "double precision", "text", "character varying", "character varying(5)", "character varying(9)", "character(5)",
    "timestamp without time zone", "timestamp with time zone", "timestamp(3) without time zone", "date", "json",
    "jsonb", "cidr", "inet", "interval", "interval(2)", "bit varying(4)", "bit varying(8)", "boolean", "uuid",
    "integer[]", "bigint[]", "time without time zone", "time(2) without time zone",
]  # fmt: skip


@pytest.mark.matrix
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_rewrites_are_foretold_for_every_pair_of_types(database: Database, zone: str) -> None:
    wrong = []
    with database.connect() as connection:
        connection.execute(f"SET TimeZone = '{zone}'".encode())
        for old, new in itertools.permutations(TYPES, 2):
            connection.execute(f"CREATE TABLE t (a {old})".encode())
            before = connection.execute("SELECT relfilenode FROM pg_class WHERE oid = 't'::regclass").fetchone()
            try:
                connection.execute(f"ALTER TABLE t ALTER COLUMN a TYPE {new}".encode())
            except psycopg.Error:
                connection.execute("DROP TABLE t")
                continue
            after = connection.execute("SELECT relfilenode FROM pg_class WHERE oid = 't'::regclass").fetchone()
            if (before != after) != types.rewrites(old, new, None, "a", utc=zone == "UTC"):
                wrong.append(f"{old} -> {new}: {'rewritten' if before != after else 'not rewritten'}")
            connection.execute("DROP TABLE t")
    assert not wrong, "\n".join(wrong)


def test_a_using_that_computes_rewrites_and_cannot_be_taken_back() -> None:
    assert types.rewrites("text", "text", "lower(a)", "a", utc=True)
    assert not types.reversible("text", "text", "lower(a)", "a")
    assert not types.rewrites("text", "character varying", "a::varchar", "a", utc=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [("integer", "bigint"), ("bigint", "integer"), ("text", "varchar(20)"), ("varchar(5)", "text"),
     ("numeric(8,2)", "numeric(10,2)"), ("timestamp", "timestamptz"), ("integer", "numeric"), ("cidr", "inet")],
)  # fmt: skip
def test_a_change_that_keeps_every_value_can_be_taken_back(old: str, new: str) -> None:
    assert types.reversible(old, new, None, "a")


@pytest.mark.parametrize(
    ("old", "new"),
    [("numeric", "integer"), ("numeric(10,4)", "numeric(10,2)"), ("timestamptz", "date"), ("json", "jsonb"),
     ("double precision", "real"), ("interval", "interval(2)"), ("text", "integer")],
)  # fmt: skip
def test_a_change_that_rounds_or_cuts_cannot(old: str, new: str) -> None:
    assert not types.reversible(old, new, None, "a")


@given(st.sampled_from(TYPES), st.none() | st.just("a"))
def test_a_type_changed_to_itself_costs_nothing_and_loses_nothing(name: str, using: str | None) -> None:
    assert not types.rewrites(name, name, using, "a", utc=False)
    assert types.reversible(name, name, using, "a")


@given(st.text())
def test_any_text_is_some_type(text: str) -> None:
    assert types.parse(text).base is not None


@pytest.mark.parametrize(
    "own", ["varchar(20)", "timestamp(3) with time zone", "int[]", "uuid", "numeric(10,2)", "serial"]
)
def test_a_type_of_postgresql_is_one_however_it_is_spelled(own: str) -> None:
    assert types.is_built_in(own)


@pytest.mark.parametrize("other", ["citext", "app.text", "geometry(point,4326)", '"Mood"', ""])
def test_a_type_of_an_extension_or_of_the_application_is_none_of_postgresql(other: str) -> None:
    assert not types.is_built_in(other)
