from __future__ import annotations

import io
import json
import re
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from safemigrate import errors, scratch
from safemigrate.cli import locks
from safemigrate.facts import LockMode
from safemigrate.locks import report, tree
from tests import fix_blocker

EXCLUSIVELY = sql.SQL("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; SELECT 1")


@pytest.fixture
def watch(database: scratch.Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        connection.execute("CREATE TABLE orders (id int PRIMARY KEY, note text)")
        connection.execute('CREATE TABLE "Mixed Case" (id int PRIMARY KEY)')
        connection.execute("INSERT INTO orders SELECT i, 'note' FROM generate_series(1, 3) i")
        yield connection


def shown(watch: psycopg.Connection, *relations: str, as_json: bool = False) -> str:
    out = io.StringIO()
    assert locks.run(watch, relations, watch=False, as_json=as_json, interval=1, out=out) == errors.ExitCode.OK
    return out.getvalue()


def test_nobody_waits_is_said(watch: psycopg.Connection) -> None:
    assert shown(watch) == "nobody waits for a lock\n"
    assert shown(watch, "orders") == "nobody holds or waits for a lock on orders\n"


def test_holders_of_a_relation_show_while_nobody_waits(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    held = blocker.idle_in_transaction("orders")
    assert shown(watch) == "nobody waits for a lock\n"
    text = shown(watch, "orders")
    assert text.startswith(f"pid {held.pid} postgres@app, idle in transaction for ")
    assert "holds ACCESS SHARE on orders" in text


def test_a_queue_is_a_tree(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    held = blocker.idle_in_transaction("orders")
    strong = blocker.running(EXCLUSIVELY)
    reader = blocker.running(sql.SQL("SELECT count(*) FROM orders"))
    lines = shown(watch).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"pid {held.pid} postgres@app, idle in transaction")
    assert re.match(rf"└─ pid {strong.pid} postgres@app, waits \d+ m?s for ACCESS EXCLUSIVE on orders", lines[1])
    assert re.match(rf"   └─ pid {reader.pid} postgres@app, waits \d+ m?s for ACCESS SHARE on orders", lines[2])


def test_a_row_lock_names_the_row_for_the_first_and_the_next_in_line(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    holder = blocker.session()
    holder.connection.execute("SELECT FROM orders WHERE id = 2 FOR UPDATE")
    first = blocker.running(sql.SQL("UPDATE orders SET note = 'a' WHERE id = 2"))
    second = blocker.running(sql.SQL("UPDATE orders SET note = 'b' WHERE id = 2"))
    rows = {row.pid: row for row in report.row_locks(watch)}
    assert set(rows) == {first.pid, second.pid}
    assert {row.waits_for for row in rows.values()} == {"row (0,2) of orders"}
    assert holder.pid in rows[first.pid].blocked_by
    assert first.pid in rows[second.pid].blocked_by


def test_a_wait_for_a_unique_key_has_no_row(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    holder = blocker.session()
    holder.connection.execute("INSERT INTO orders VALUES (7)")
    blocker.running(sql.SQL("INSERT INTO orders VALUES (7)"))
    (row,) = report.row_locks(watch)
    assert row.waits_for == "a transaction to end"
    assert row.blocked_by == (holder.pid,)


def test_prepared_transactions_are_roots_of_table_and_row_waits(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    session = blocker.session(autocommit=True)
    session.connection.execute("BEGIN")
    session.connection.execute("UPDATE orders SET note = '' WHERE id = 1")
    session.connection.execute("PREPARE TRANSACTION 'tx-9'")
    session.gid = "tx-9"
    row_wait = blocker.running(sql.SQL("UPDATE orders SET note = 'a' WHERE id = 1"))
    table_wait = blocker.running(EXCLUSIVELY)
    (root,) = tree.forest(report.rows(watch))
    assert root.row.gid == "tx-9"
    assert {node.row.pid for node in root.walk()} == {None, row_wait.pid, table_wait.pid}
    assert shown(watch).startswith('prepared transaction "tx-9" postgres, prepared for ')


def test_a_build_that_waits_for_a_snapshot_says_so(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    old = blocker.snapshot()
    building = blocker.running(sql.SQL("CREATE INDEX CONCURRENTLY ix ON orders (note)"))
    fix_blocker.until(lambda: report.rows(watch))
    (root,) = tree.forest(report.rows(watch))
    assert root.row.pid == old.pid
    assert [(node.row.pid, node.row.waits_for) for node in root.waiters] == [
        (building.pid, "an old snapshot or lock to go")
    ]


def test_an_advisory_lock_shows_as_what_it_is(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    blocker.advisory(42)
    blocker.running(sql.SQL("SELECT pg_advisory_lock(42)"))
    assert "for EXCLUSIVE on advisory lock" in shown(watch)


def test_other_databases_are_not_shown(
    watch: psycopg.Connection, pg_server: scratch.Server, blocker: fix_blocker.Blockers
) -> None:
    blocker.hold("orders", LockMode.ACCESS_EXCLUSIVE)
    blocker.running(EXCLUSIVELY)
    with pg_server.database() as elsewhere, elsewhere.connect() as connection:
        assert report.rows(connection) == []


def test_names_are_read_as_in_sql(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    blocker.idle_in_transaction("Mixed Case")
    assert 'ACCESS SHARE on "Mixed Case"' in shown(watch, '"Mixed Case"')
    assert 'ACCESS SHARE on "Mixed Case"' in shown(watch, 'public."Mixed Case"')
    with pytest.raises(errors.BadInput, match='no relation "nowhere" in database'):
        shown(watch, "nowhere")
    with pytest.raises(errors.BadInput, match="not the name of a relation"):
        shown(watch, "a.b.c.d.e")


def test_json_is_one_object(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    held = blocker.idle_in_transaction("orders")
    strong = blocker.running(EXCLUSIVELY)
    text = shown(watch, as_json=True)
    assert text.count("\n") == 1
    (root,) = json.loads(text)["trees"]
    assert (root["pid"], root["waits_for"], root["state"]) == (held.pid, None, "idle in transaction")
    (waiter,) = root["waiters"]
    assert (waiter["pid"], waiter["waits_for"]) == (strong.pid, "ACCESS EXCLUSIVE on orders")
    assert waiter["blocked_by"] == [held.pid]
    assert waiter["waited_seconds"] >= 0


class Impatient(io.StringIO):
    """Somebody who presses Ctrl-C after the third screen."""

    def flush(self) -> None:
        if self.getvalue().count("\n") >= 3:
            raise KeyboardInterrupt


def test_watch_goes_on_until_interrupted_one_object_per_line(watch: psycopg.Connection) -> None:
    out = Impatient()
    assert locks.run(watch, [], watch=True, as_json=True, interval=0.01, out=out) == errors.ExitCode.OK
    assert [json.loads(line)["trees"] for line in out.getvalue().splitlines()] == [[], [], []]


def test_a_role_without_rights_sees_the_tree_without_the_queries(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    held = blocker.idle_in_transaction("orders")
    blocker.running(EXCLUSIVELY)
    blocker.role("nobody_special")
    watch.execute("SET ROLE nobody_special")
    text = shown(watch)
    assert text.startswith(f"pid {held.pid} postgres@app, in a transaction, holds ACCESS SHARE on orders\n")
    assert "LOCK TABLE" not in text


def test_a_deadlock_in_the_making_is_shown_and_ends(
    watch: psycopg.Connection, database: scratch.Database, blocker: fix_blocker.Blockers
) -> None:
    first, second = blocker.session(), blocker.session()
    for session, key in ((first, 1), (second, 2)):
        session.connection.execute("SET deadlock_timeout = '2s'")
        session.connection.execute("SELECT FROM orders WHERE id = %s FOR UPDATE", [key])
    lost: list[type[Exception]] = []
    threads = [
        threading.Thread(target=_lock_row, args=(session, key, lost)) for session, key in ((first, 2), (second, 1))
    ]
    for thread in threads:
        thread.start()
    fix_blocker.until(lambda: len(report.row_locks(watch)) == 2)
    (root,) = tree.forest(report.rows(watch))
    assert {node.row.pid for node in root.walk()} == {first.pid, second.pid}
    for thread in threads:
        thread.join(20)
    assert lost == [psycopg.errors.DeadlockDetected]


def _lock_row(session: fix_blocker.Blocker, key: int, lost: list[type[Exception]]) -> None:
    try:
        session.connection.execute("SELECT FROM orders WHERE id = %s FOR UPDATE", [key])
    except psycopg.Error as error:
        lost.append(type(error))
    session.connection.rollback()


def test_reporting_a_pile_up_is_bounded_in_time(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    blocker.hold("orders", LockMode.ACCESS_EXCLUSIVE)
    for _ in range(30):
        blocker.running(sql.SQL("SELECT count(*) FROM orders"))
    start = time.perf_counter()
    found = report.rows(watch)
    assert time.perf_counter() - start < 1
    assert len(found) == 31
