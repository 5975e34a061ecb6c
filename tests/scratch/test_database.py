"""Fresh databases, and what tells whether two of them are the same."""

from __future__ import annotations

import psycopg
import pytest

from safemigrate import scratch
from safemigrate.scratch import Database, Server
from safemigrate.scratch.database import normalised

pytestmark = pytest.mark.matrix

_ROWS = "CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t VALUES {}"


def test_a_database_is_fresh_and_gone_afterwards(pg_server: Server) -> None:
    for _ in range(2):
        with pg_server.database("claimed") as database, database.connect() as connection:
            connection.execute("CREATE TABLE t ()")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        database.connect()


def test_a_database_goes_even_while_it_is_in_use(pg_server: Server) -> None:
    with pg_server.database() as database:
        connection = database.connect(autocommit=False)
        connection.execute("CREATE TABLE t ()")
    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")


def test_a_database_goes_even_with_a_prepared_transaction(pg_server: Server) -> None:
    with pg_server.database() as database, database.connect() as connection:
        connection.execute("BEGIN; CREATE TABLE t (); PREPARE TRANSACTION 'left behind'")
    with pg_server.connect() as connection:
        assert connection.execute("SELECT gid FROM pg_prepared_xacts").fetchall() == []


def test_dumps_of_equal_schemas_are_equal_and_hide_schema_safemigrate(pg_server: Server) -> None:
    with pg_server.database() as one, pg_server.database() as other:
        for database in (one, other):
            with database.connect() as connection:
                connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
        with one.connect() as connection:
            connection.execute("CREATE SCHEMA safemigrate; CREATE TABLE safemigrate.step ()")
        assert "CREATE TABLE public.t" in one.dump()
        assert one.dump() == other.dump()
        with one.connect() as connection:
            connection.execute("ALTER TABLE t ADD COLUMN name text")
        assert one.dump() != other.dump()


def test_a_dump_that_fails_says_why(pg_server: Server) -> None:
    with pg_server.database() as database:
        pass
    with pytest.raises(RuntimeError, match="does not exist"):
        database.dump()


def test_what_varies_from_run_to_run_is_not_in_a_dump() -> None:
    text = "\\restrict x7Yz\n\n-- Dumped by pg_dump version 18.4\nCREATE TABLE t ();\n\\unrestrict x7Yz\n"
    assert normalised(text) == "CREATE TABLE t ();\n"


def test_checksums_do_not_depend_on_the_order_of_the_rows(pg_server: Server) -> None:
    with pg_server.database() as one, pg_server.database() as other:
        for database, rows in ((one, "(1, 'a'), (2, 'ü')"), (other, "(2, 'ü'), (1, 'a')")):
            with database.connect() as connection:
                connection.execute(_ROWS.format(rows).encode())
        assert list(one.checksum()) == ["public.t"]
        assert one.checksum() == other.checksum()
        with one.connect() as connection:
            connection.execute("UPDATE t SET name = NULL WHERE id = 1")
        assert one.checksum() != other.checksum()


def test_checksums_name_every_table_but_those_of_schema_safemigrate(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(
            "CREATE SCHEMA safemigrate; CREATE TABLE safemigrate.step ();"
            "CREATE SCHEMA other; CREATE TABLE other.empty ();"
            'CREATE TABLE "Odd name" (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF "Odd name" DEFAULT'
        )
    assert list(database.checksum()) == ["other.empty", "public.part"]


@pytest.mark.parametrize(
    ("dsn", "url"),
    [
        ("postgresql://u:p%40ss@h:1/d", "postgresql+psycopg://u:p%40ss@h:1/d"),
        ("host=h dbname=d", "postgresql+psycopg://h/d"),
        ("host=/run/pg user=u dbname=d", "postgresql+psycopg://u@/d?host=%2Frun%2Fpg"),
        ("postgresql://h/d?sslmode=require", "postgresql+psycopg://h/d?sslmode=require"),
    ],
)
def test_a_dsn_has_an_url(dsn: str, url: str) -> None:
    assert scratch.url(dsn) == url
