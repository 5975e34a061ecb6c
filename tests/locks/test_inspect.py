from __future__ import annotations

import math
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from safemigrate import scratch
from safemigrate.facts import LockMode
from safemigrate.locks import inspect
from tests import fix_blocker

STRONG = LockMode.ACCESS_EXCLUSIVE


@pytest.fixture
def watch(database: scratch.Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        connection.execute("CREATE TABLE orders (id int PRIMARY KEY, note text)")
        connection.execute("CREATE TABLE other (id int PRIMARY KEY)")
        connection.execute("INSERT INTO orders SELECT i, 'note' FROM generate_series(1, 100) i")
        yield connection


def oid(connection: psycopg.Connection, name: str = "orders") -> int:
    row = connection.execute("SELECT %s::regclass::oid", [name]).fetchone()
    assert row is not None
    return int(row[0])


def wanted(connection: psycopg.Connection, mode: LockMode = STRONG, name: str = "orders") -> list[tuple[int, LockMode]]:
    return [(oid(connection, name), mode)]


def test_nobody_is_in_the_way_of_an_idle_table(watch: psycopg.Connection) -> None:
    assert inspect.blockers(watch, wanted(watch)) == []


def test_a_reader_on_the_fast_path_is_seen_with_who_it_is_and_since_when(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    held = blocker.idle_in_transaction("orders")
    time.sleep(0.05)
    (found,) = inspect.blockers(watch, wanted(watch))
    assert (found.pid, found.gid, found.mode, found.relation) == (held.pid, None, LockMode.ACCESS_SHARE, "orders")
    assert (found.application, found.state, found.backend_type) == ("app", "idle in transaction", "client backend")
    assert found.granted
    assert not found.waiting
    assert 0.05 <= found.age < 5
    assert found.superuser
    assert "orders" in found.query
    assert str(found).startswith(f"pid {held.pid}, postgres@app, idle in transaction for ")


def test_every_mode_is_in_the_way_of_exactly_the_modes_that_the_server_says(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    for held in LockMode:
        holder = blocker.hold("orders", held)
        for mode in LockMode:
            seen = bool(inspect.blockers(watch, wanted(watch, mode)))
            statement = sql.SQL("LOCK TABLE orders IN {} MODE NOWAIT").format(sql.SQL(mode.sql))
            try:
                with watch.transaction(force_rollback=True):
                    watch.execute(statement)
                refused = False
            except psycopg.errors.LockNotAvailable:
                refused = True
            assert seen == refused, f"{held.sql} held, {mode.sql} wanted"
        holder.release()


def test_a_queued_request_counts_as_a_blocker_that_was_not_granted(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    holder = blocker.idle_in_transaction("orders")
    queued = blocker.running(sql.SQL("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; SELECT 1"))
    found = {each.pid: each for each in inspect.blockers(watch, wanted(watch, LockMode.ACCESS_SHARE))}
    assert set(found) == {queued.pid}, "the reader does not conflict with a reader, the queued request does"
    assert not found[queued.pid].granted
    assert found[queued.pid].waiting
    assert holder.pid in {each.pid for each in inspect.blockers(watch, wanted(watch))}


def test_a_prepared_transaction_is_seen_by_its_name(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    blocker.prepared("orders", "it's left")
    (found,) = inspect.blockers(watch, wanted(watch))
    assert (found.pid, found.gid, found.mode) == (None, "it's left", LockMode.ROW_EXCLUSIVE)
    assert found.user == "postgres"
    assert 0 <= found.age < 5
    assert str(found).startswith('prepared transaction "it\'s left", postgres, prepared for ')


def test_a_session_that_reads_and_writes_is_one_blocker_with_its_strongest_mode(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    session = blocker.session()
    session.connection.execute("SELECT 1 FROM orders")
    session.connection.execute("UPDATE orders SET note = '' WHERE id = 1")
    (found,) = inspect.blockers(watch, wanted(watch))
    assert found.mode is LockMode.ROW_EXCLUSIVE


def test_our_own_sessions_and_other_relations_are_not_in_the_way(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    ours = blocker.hold("orders")
    blocker.hold("other")
    assert inspect.blockers(watch, wanted(watch), ignore=[ours.pid]) == []


def test_an_equal_oid_in_another_database_is_not_in_the_way(
    watch: psycopg.Connection, pg_server: scratch.Server, blocker: fix_blocker.Blockers
) -> None:
    with pg_server.database() as elsewhere, elsewhere.connect(autocommit=False) as connection:
        connection.execute("LOCK TABLE pg_class IN ACCESS SHARE MODE")
        assert inspect.blockers(watch, wanted(watch, name="pg_class"), ignore=[watch.info.backend_pid]) == []


def test_a_role_without_rights_sees_the_blocker_and_takes_its_unknown_age_for_old(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    held = blocker.hold("orders")
    blocker.role("nobody_special")
    watch.execute("SET ROLE nobody_special")
    (found,) = inspect.blockers(watch, wanted(watch))
    assert found.pid == held.pid
    assert math.isinf(found.age)
    assert (found.query, found.state, found.superuser) == ("", "", True)
    assert "for an unknown time" in str(found)


def test_redacted_queries_stay_on_the_server(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    blocker.idle_in_transaction("orders")
    (found,) = inspect.blockers(watch, wanted(watch), redact=True)
    assert found.query == ""


def test_the_age_of_a_command_that_commits_within_itself_is_the_commands(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    blocker.snapshot()
    building = blocker.running(sql.SQL("CREATE INDEX CONCURRENTLY ix ON orders (note)"))
    fix_blocker.until(lambda: inspect.snapshots(watch, building.pid))
    time.sleep(0.2)
    (found,) = inspect.blockers(watch, wanted(watch, LockMode.SHARE))
    row = watch.execute("SELECT query_start FROM pg_stat_activity WHERE pid = %s", [building.pid]).fetchone()
    now = watch.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    assert now is not None
    assert found.mode is LockMode.SHARE_UPDATE_EXCLUSIVE
    assert found.age == pytest.approx((now[0] - row[0]).total_seconds(), abs=0.1)


def test_looking_costs_little(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    blocker.idle_in_transaction("orders")
    pairs = wanted(watch)
    took = []
    for _ in range(100):
        start = time.perf_counter()
        inspect.blockers(watch, pairs)
        took.append(time.perf_counter() - start)
    assert sorted(took)[20] < 0.005


def test_nobody_waits_for_a_session_that_holds_without_contention(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    assert inspect.waiters(watch, [blocker.hold("orders", STRONG).pid]) == []


def test_waiters_are_those_behind_us_even_at_second_hand(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    application = blocker.idle_in_transaction("other")
    ours = blocker.hold("orders", STRONG)
    direct = blocker.running(sql.SQL("SELECT 1 FROM other; SELECT count(*) FROM orders"))
    second = blocker.running(sql.SQL("LOCK TABLE other IN ACCESS EXCLUSIVE MODE; SELECT 1"))
    fix_blocker.until(lambda: len(inspect.waiters(watch, [ours.pid])) == 2)
    found = {waiter.pid: waiter for waiter in inspect.waiters(watch, [ours.pid])}
    assert set(found) == {direct.pid, second.pid}
    assert found[direct.pid].application == "app"
    assert found[direct.pid].seconds > 0
    assert "FROM orders" in found[direct.pid].query
    assert [waiter.pid for waiter in inspect.waiters(watch, [application.pid])] == [second.pid]


def test_those_who_queue_behind_our_queued_request_wait_for_us(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    blocker.idle_in_transaction("orders")
    ours = blocker.running(sql.SQL("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; SELECT 1"))
    reader = blocker.running(sql.SQL("SELECT count(*) FROM orders"))
    fix_blocker.until(lambda: inspect.waiters(watch, [ours.pid]))
    assert [waiter.pid for waiter in inspect.waiters(watch, [ours.pid])] == [reader.pid]


def test_a_concurrent_build_names_what_it_waits_for(watch: psycopg.Connection, blocker: fix_blocker.Blockers) -> None:
    old = blocker.snapshot()
    building = blocker.running(sql.SQL("CREATE INDEX CONCURRENTLY ix ON orders (note)"))
    fix_blocker.until(lambda: any(each.current for each in inspect.snapshots(watch, building.pid)))
    (found,) = inspect.snapshots(watch, building.pid)
    assert (found.pid, found.current, found.state) == (old.pid, True, "idle in transaction")
    progress = inspect.build(watch, building.pid)
    assert progress is not None
    assert progress.waits
    assert progress.phase == "waiting for old snapshots"
    assert (progress.relation, progress.index) == ("orders", "ix")
    old.release()
    fix_blocker.until(lambda: inspect.build(watch, building.pid) is None)


def test_a_concurrent_build_waits_for_a_writer_and_for_a_prepared_one(
    watch: psycopg.Connection, blocker: fix_blocker.Blockers
) -> None:
    blocker.prepared("orders")
    building = blocker.running(sql.SQL("CREATE INDEX CONCURRENTLY ix ON orders (note)"))
    fix_blocker.until(lambda: any(each.current for each in inspect.snapshots(watch, building.pid)))
    (found,) = inspect.snapshots(watch, building.pid)
    assert (found.pid, found.gid, found.state) == (None, "left behind", "prepared")


def test_a_session_that_builds_nothing_has_no_progress(watch: psycopg.Connection) -> None:
    assert inspect.build(watch, watch.info.backend_pid) is None
    assert inspect.snapshots(watch, 1) == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.003, "3 ms"),
        (3, "3 s"),
        (2280, "38 min"),
        (86_400, "24 h"),
        (864_000, "10 d"),
        (math.inf, "an unknown time"),
    ],
)
def test_a_duration_is_told_in_the_unit_one_thinks_in(seconds: float, text: str) -> None:
    assert inspect.duration(seconds) == text
