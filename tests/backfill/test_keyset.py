"""Whatever the key is, and however large the batches: each row is changed once, and put back as it was."""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from safemigrate import scratch
from tests.backfill import batches

LEAST, GREATEST = -(2**63), 2**63 - 1
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
SIX = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

KEYS: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "bigint": ("bigint", st.integers(LEAST, GREATEST) | st.sampled_from([LEAST, GREATEST, 0, -1])),
    "bigint with gaps": ("bigint", st.integers(0, 50).map(lambda n: n**8)),
    "smallint": ("smallint", st.integers(-(2**15), 2**15 - 1)),
    "numeric": ("numeric", st.decimals(-1000, 1000, places=3)),
    "uuid": ("uuid", st.uuids()),
    "text in C": ('text COLLATE "C"', WORDS),
    "text in a language": ("text COLLATE a_language", WORDS),
    "text in the database's": ("text", WORDS),
    "varchar": ("varchar(10)", WORDS),
    "char": ("char(8)", WORDS.map(lambda word: word.strip())),
    "bytea": ("bytea", st.binary(max_size=4)),
    "date": ("date", st.dates()),
    "timestamptz": ("timestamptz", st.datetimes(min_value=datetime.datetime(1000, 1, 1))),
    "boolean": ("boolean", st.booleans()),
    "enum": ("mood", st.sampled_from(["good", "bad", "a b"])),
    "domain": ("place", st.integers(-5, 500)),
    "inet": ("inet", st.ip_addresses().map(str)),
}


@pytest.fixture(scope="module")
def shared(pg_server: scratch.Server) -> Iterator[psycopg.Connection[Any]]:
    with pg_server.database() as made, made.connect(autocommit=True) as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('good', 'a b', 'bad'); CREATE DOMAIN place AS integer")
        (name,) = batches.rows(
            connection,
            "SELECT quote_ident(collname) FROM pg_collation WHERE collencoding IN (-1, pg_char_to_encoding('UTF8'))"
            " AND collname IN ('und-x-icu', 'en_US', 'en_US.utf8', 'C.utf8', 'pg_c_utf8', 'ucs_basic')"
            " ORDER BY collname = 'und-x-icu' DESC, collname LIKE 'en%' DESC LIMIT 1",
        )[0]
        connection.execute(f"CREATE COLLATION a_language FROM {name}".encode())
        # What a key's text would look like in such a session must not matter.
        connection.execute("SET DateStyle = 'German, DMY'; SET bytea_output = 'escape'; SET TimeZone = 'Asia/Kabul'")
        yield connection


def fill(connection: psycopg.Connection[Any], columns: list[str], keys: list[tuple[Any, ...]]) -> int:
    """The table t with these keys, each once; how many rows it has."""
    names = [f"Key {number}" for number in range(len(columns))]
    defined = ", ".join(f'"{name}" {type_} NOT NULL' for name, type_ in zip(names, columns, strict=True))
    listed = ", ".join(f'"{name}"' for name in names)
    connection.execute("DROP TABLE IF EXISTS t")
    connection.execute(f"CREATE TABLE t (note text, {defined}, n integer DEFAULT 0, UNIQUE ({listed}))".encode())
    insert = sql.SQL("INSERT INTO t VALUES ('x', {}) ON CONFLICT DO NOTHING").format(
        sql.SQL(", ").join(sql.SQL(f"%s::{column.split(' ')[0]}") for column in columns)
    )
    for key in keys:
        with connection.cursor() as cursor:
            cursor.execute(insert, key)
    return int(batches.rows(connection, "SELECT count(*) FROM t")[0][0])


def check(connection: psycopg.Connection[Any], count: int, chance: random.Random, pieces: int) -> None:
    before = batches.rows(connection, "SELECT t::text FROM t ORDER BY 1")
    step = batches.begin(connection, "UPDATE t SET n = n + 1, note = note || n", pieces=pieces)
    assert not step.spec.by_place
    assert step.go(lambda: chance.randint(1, 9)) == count
    assert batches.rows(connection, "SELECT n, note, count(*) FROM t GROUP BY 1, 2") == (
        [(1, "x0", count)] * bool(count)
    )
    restored = step.restore()
    assert (restored.seen, restored.restored) == (count, count)
    assert batches.rows(connection, "SELECT t::text FROM t ORDER BY 1") == before


@pytest.mark.parametrize("key", KEYS)
def test_each_row_is_changed_once_whatever_type_its_key_has(shared: psycopg.Connection[Any], key: str) -> None:
    type_, values = KEYS[key]

    @SIX
    @given(st.lists(values, unique=True, max_size=40), st.randoms(use_true_random=False), st.integers(1, 3))
    def changed_once(keys: list[Any], chance: random.Random, pieces: int) -> None:
        check(shared, fill(shared, [type_], [(key,) for key in keys]), chance, pieces)

    changed_once()


@SIX
@given(data=st.data(), chance=st.randoms(use_true_random=False), pieces=st.integers(1, 3))
def test_each_row_is_changed_once_along_a_key_of_several_columns(
    shared: psycopg.Connection[Any], data: st.DataObject, chance: random.Random, pieces: int
) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(KEYS)), min_size=2, max_size=3))
    keys = data.draw(st.lists(st.tuples(*(KEYS[name][1] for name in names)), unique=True, max_size=40))
    check(shared, fill(shared, [KEYS[name][0] for name in names], keys), chance, pieces)


def test_random_uuids_that_come_in_meanwhile_change_nothing_for_those_before(shared: psycopg.Connection[Any]) -> None:
    shared.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (id uuid PRIMARY KEY, old boolean, n integer DEFAULT 0)")
    insert = "INSERT INTO t VALUES (%s, %s)"
    for _ in range(200):
        shared.execute(insert, [uuid.uuid4(), True])
    step = batches.begin(shared, "UPDATE t SET n = n + 1")
    step.go(lambda: 7, between=lambda: shared.execute(insert, [uuid.uuid4(), False]))
    assert batches.rows(shared, "SELECT n, count(*) FROM t WHERE old GROUP BY n") == [(1, 200)]


def test_a_column_of_any_name_is_changed(shared: psycopg.Connection[Any]) -> None:
    shared.execute('DROP TABLE IF EXISTS t; CREATE SCHEMA IF NOT EXISTS "My S"')
    shared.execute('CREATE TABLE "My S"."T SET x" ("Id 1" int PRIMARY KEY, "WHERE" text, "select" json, k int)')
    shared.execute("""INSERT INTO "My S"."T SET x" SELECT i, 'a', '{"a": 1}', 1 FROM generate_series(1, 30) i""")
    statement = (
        """UPDATE "My S"."T SET x" AS "f r" SET "WHERE" = 'it''s %s $1', "select" = '[]' WHERE "f r".k % 2 = 1"""
    )
    step = batches.begin(shared, statement)
    assert step.go(lambda: 7) == 30
    found = batches.rows(shared, """SELECT "WHERE", "select"::text, count(*) FROM "My S"."T SET x" GROUP BY 1, 2""")
    assert found == [("it's %s $1", "[]", 30)]
    assert step.restore().restored == 30
