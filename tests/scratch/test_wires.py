"""The fixtures that stand between a test and its server do what their names say."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from safemigrate.scratch import Database
from tests.fix_pooler import Pooler
from tests.fix_proxy import Proxy


def test_a_cut_ends_the_session_on_both_sides(proxy: Proxy, database: Database) -> None:
    connection = psycopg.connect(proxy.dsn(database.dsn))
    pid = connection.info.backend_pid
    proxy.cut()
    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    with database.connect() as other:
        deadline = time.monotonic() + 10
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_cut_wire_accepts_new_connections(proxy: Proxy, database: Database) -> None:
    proxy.cut()
    with psycopg.connect(proxy.dsn(database.dsn)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert proxy.connections == 1


def test_a_frozen_wire_passes_nothing_until_it_thaws(proxy: Proxy, database: Database) -> None:
    with psycopg.connect(proxy.dsn(database.dsn)) as connection:
        proxy.freeze()
        threading.Timer(0.3, proxy.thaw).start()
        since = time.monotonic()
        connection.execute("SELECT 1")
        assert time.monotonic() - since >= 0.25


def test_a_refusing_wire_turns_new_connections_away(proxy: Proxy, database: Database) -> None:
    proxy.refuse()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(proxy.dsn(database.dsn))
    proxy.accept()
    psycopg.connect(proxy.dsn(database.dsn)).close()


def test_the_pooler_gives_each_transaction_any_server_session(pooler: Pooler, database: Database) -> None:
    dsn = pooler.dsn(database.dsn)
    with psycopg.connect(dsn, prepare_threshold=None) as one, psycopg.connect(dsn, prepare_threshold=None) as other:
        first = one.execute("SELECT pg_backend_pid()").fetchone()
        one.commit()
        assert other.execute("SELECT pg_backend_pid()").fetchone() == first
