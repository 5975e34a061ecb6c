"""VACUUM between batches, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from safemigrate import scratch
from safemigrate.backfill import vacuum
from safemigrate.facts import LockMode
from tests import fix_blocker

ROWS = 60_000


@pytest.fixture
def connection(database: scratch.Database) -> Iterator[psycopg.Connection[Any]]:
    with database.connect() as made:
        made.execute('CREATE TABLE "Order" (id int PRIMARY KEY, n int) WITH (autovacuum_enabled = false)')
        made.execute('INSERT INTO "Order" SELECT i, 0 FROM generate_series(1, %s) i', [ROWS])
        made.execute('VACUUM ANALYZE "Order"')
        yield made


def vacuuming(connection: psycopg.Connection[Any]) -> vacuum.Vacuum:
    made = vacuum.Vacuum(oid(connection), percent=10)
    made.begin(connection)
    return made


def oid(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("""SELECT '"Order"'::regclass::oid""").fetchone()
    assert row is not None
    return int(row[0])


def change(connection: psycopg.Connection[Any]) -> int:
    """What a step that changes every row has changed."""
    return connection.execute('UPDATE "Order" SET n = n + 1').rowcount


def size(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("""SELECT pg_relation_size('"Order"')""").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("changed", "rows", "percent", "expected"),
    [
        (100_000, 1_000_000, 10, True),
        (99_999, 1_000_000, 10, False),
        (60_000, 60_000, 10, True),
        (40_000, 60_000, 10, False),
        (60_000, 0, 10, True),
        (10_000_000, 1_000_000, 0, False),
    ],
)
def test_it_is_due_for_a_share_of_the_table_and_never_for_a_handful(
    changed: int, rows: int, percent: int, expected: bool
) -> None:
    assert vacuum.due(changed, rows, percent) is expected


@pytest.mark.matrix
def test_the_space_of_dead_rows_is_used_again(connection: psycopg.Connection[Any]) -> None:
    vacuuming_, changed = vacuuming(connection), change(connection)
    grown = size(connection)
    for _ in range(3):
        assert vacuuming_.due(changed, ROWS)
        assert vacuuming_.run(connection, changed) == ""
        assert not vacuuming_.due(changed, ROWS)
        changed += change(connection)
    assert size(connection) <= 1.02 * grown


@pytest.mark.matrix
def test_nothing_is_vacuumed_in_vain_and_who_is_in_the_way_is_named_once(
    connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    vacuuming_, snapshot = vacuuming(connection), blocker.snapshot()
    changed = change(connection)
    said = vacuuming_.run(connection, changed)
    assert said.startswith(f"no VACUUM while pid {snapshot.pid}, postgres@app, idle in transaction for ")
    assert said.endswith(" may still see the dead rows of public.Order, which grows until that ends")
    changed += change(connection)
    grown = size(connection)
    assert vacuuming_.run(connection, changed) == ""
    gone = snapshot.pid
    snapshot.release()
    query = "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = %s"
    fix_blocker.until(lambda: connection.execute(query, [gone]).fetchone() == (True,))
    assert vacuuming_.run(connection, changed) == ""
    change(connection)
    assert size(connection) == grown


@pytest.mark.matrix
def test_a_prepared_transaction_is_named_as_well(
    connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    connection.execute("CREATE TABLE other (id int)")
    vacuuming_ = vacuuming(connection)
    blocker.prepared("other")
    assert "prepared transaction 'left behind' of postgres" in vacuuming_.run(connection, change(connection))


def test_a_writer_without_a_snapshot_is_named_as_well(
    connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    vacuuming_, writer = vacuuming(connection), blocker.session()
    writer.connection.execute("SELECT pg_current_xact_id()")
    assert f"pid {writer.pid}, " in vacuuming_.run(connection, change(connection))


def test_a_snapshot_of_a_moment_ago_is_no_reason_to_give_up(
    connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    vacuuming_ = vacuuming(connection)
    for _ in range(50):
        connection.execute("SELECT pg_current_xact_id()")
    changed = 0
    blocker.snapshot()
    changed += change(connection)
    assert vacuuming_.run(connection, changed) == ""
    assert vacuuming_.due(2 * changed, ROWS)


@pytest.mark.matrix
def test_a_table_that_somebody_has_locked_is_left_for_now(
    connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    vacuuming_, changed = vacuuming(connection), change(connection)
    held = blocker.hold("Order", LockMode.SHARE_UPDATE_EXCLUSIVE)
    assert vacuuming_.run(connection, changed) == ""
    held.release()
    changed += change(connection)
    assert vacuuming_.due(changed, ROWS)
    assert vacuuming_.run(connection, changed) == ""


@pytest.mark.matrix
def test_a_role_without_the_right_is_told_once(
    database: scratch.Database, connection: psycopg.Connection[Any], blocker: fix_blocker.Blockers
) -> None:
    blocker.role("humble")
    dsn = conninfo.make_conninfo(database.dsn, user="humble", password="humble")
    with psycopg.connect(dsn, autocommit=True) as session:
        vacuuming_ = vacuuming(session)
        said = vacuuming_.run(session, change(session))
        assert (
            said
            == "this role may not VACUUM public.Order: it wants its owner, or MAINTAIN (17); the step goes on without"
        )
        assert not vacuuming_.due(10 * ROWS, ROWS)
        if session.info.server_version >= 170_000:
            connection.execute('GRANT MAINTAIN ON "Order" TO humble')
            assert vacuuming(session).run(session, ROWS) == ""


def test_a_table_that_is_gone_is_left_to_the_step(connection: psycopg.Connection[Any]) -> None:
    vacuuming_ = vacuuming(connection)
    connection.execute('DROP TABLE "Order"')
    assert vacuuming_.run(connection, ROWS) == ""
