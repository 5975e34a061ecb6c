"""Databases on a server that was given: only ours are touched."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import conninfo, sql

from safemigrate import errors, scratch
from safemigrate.scratch import Database, Server


def test_databases_are_made_and_dropped_on_the_given_server(pg_server: Server) -> None:
    with scratch.start(pg_server.dsn) as given:
        assert given.version == pg_server.version
        with given.database() as database, database.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        database.connect()


def test_stop_drops_what_was_left(pg_server: Server) -> None:
    with scratch.start(pg_server.dsn) as given:
        dsn = given.create_database()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(dsn)


def test_a_database_of_somebody_else_is_never_dropped(pg_server: Server, database: Database) -> None:
    with (
        scratch.start(pg_server.dsn) as given,
        pytest.raises(errors.BadInput, match="was not created here\n  state       it was not dropped"),
    ):
        given.drop_database(database.dsn)
    with database.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_database_name_that_exists_is_not_taken_over(pg_server: Server, database: Database) -> None:
    name = str(conninfo.conninfo_to_dict(database.dsn)["dbname"])
    with scratch.start(pg_server.dsn) as given, pytest.raises(psycopg.errors.DuplicateDatabase):
        given.create_database(name)
    with database.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_given_server_cannot_be_restarted(pg_server: Server) -> None:
    with scratch.start(pg_server.dsn) as given, pytest.raises(errors.BadInput, match="cannot be restarted"):
        given.restart()


def test_a_role_without_createdb_is_told_what_to_grant(pg_server: Server) -> None:
    role = sql.Identifier("no_createdb")
    with pg_server.connect() as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(role))
        try:
            with pytest.raises(errors.BadInput, match=r'ALTER ROLE "no_createdb" CREATEDB'):
                scratch.start(conninfo.make_conninfo(pg_server.dsn, user="no_createdb", password="x"))
        finally:
            connection.execute(sql.SQL("DROP ROLE {}").format(role))


def test_a_server_that_does_not_answer_is_bad_input() -> None:
    with pytest.raises(errors.BadInput, match="does not answer"):
        scratch.start("host=127.0.0.1 port=1 dbname=postgres connect_timeout=2")
