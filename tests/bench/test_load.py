"""The load measures what it claims to, and leaves nothing behind."""

from __future__ import annotations

import time

import pytest

from bench import blockers, load
from safemigrate.scratch import Database
from tests.migrations import sample

SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'load'"


@pytest.fixture
def accounts(database: Database) -> Database:
    """A database with one table of 100 rows."""
    with database.connect() as connection:
        connection.execute("CREATE TABLE accounts (id int PRIMARY KEY, credit int NOT NULL)")
        connection.execute("INSERT INTO accounts SELECT n, 0 FROM generate_series(1, 100) AS n")
    return database


def test_every_client_keeps_its_rate_and_writes_arrive(accounts: Database) -> None:
    with load.Load(accounts.dsn, load.table("accounts", "credit", rows=100), clients=2, rate=50) as running:
        time.sleep(1.0)
    summary = running.summary()
    assert 60 <= summary.count <= 130
    assert summary.errors == 0
    assert 0 < summary.p50 <= summary.p99 <= summary.worst
    with accounts.connect() as connection:
        written = connection.execute("SELECT sum(credit) FROM accounts").fetchone()
        assert written == (sum(sample.operation == "write" for sample in running.timeline()),)
        assert connection.execute(SESSIONS).fetchone() == (0,)


def test_a_stall_counts_for_every_request_that_was_due_in_it(accounts: Database) -> None:
    reads = load.table("accounts", "credit", rows=100)[:1]
    with load.Load(accounts.dsn, reads, clients=2, rate=50) as running:
        time.sleep(0.3)
        with accounts.connect(autocommit=False) as connection:
            connection.execute("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE")
            time.sleep(0.6)
        time.sleep(0.4)
    summary = running.summary()
    assert 0.55 <= summary.worst <= 2.0
    # Two clients with 50 requests a second each, over 0.6 s: 60 requests that wait 0.3 s on average.
    assert 12 <= summary.stall <= 60


def test_errors_are_counted_by_sqlstate(accounts: Database) -> None:
    wrong = [load.Operation("wrong", "SELECT nothing FROM accounts")]
    with load.Load(accounts.dsn, wrong, clients=1) as running:
        time.sleep(0.3)
    assert running.summary().errors == running.summary().count > 0
    assert {sample.failure for sample in running.timeline()} == {"42703"}


def test_a_client_that_lost_its_session_connects_again(accounts: Database) -> None:
    with load.Load(accounts.dsn, load.table("accounts", "credit", rows=100), clients=1) as running:
        time.sleep(0.3)
        with accounts.connect() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'load'")
        time.sleep(0.4)
    timeline = running.timeline()
    assert [sample.failure for sample in timeline if sample.failure] == ["57P01"]
    assert not timeline[-1].failure


def test_the_block_ends_although_a_request_hangs_in_a_lock_queue(accounts: Database) -> None:
    with accounts.connect(autocommit=False) as connection:
        connection.execute("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE")
        with load.Load(accounts.dsn, load.table("accounts", "credit", rows=100), clients=1) as running:
            time.sleep(0.1)
    assert [sample.failure for sample in running.timeline()] == ["57014"]
    assert running.summary().worst > 4


def test_the_service_load_runs_at_the_head_of_the_sample_history(database: Database) -> None:
    sample.upgrade(database)
    with load.Load(database.dsn, load.service(), clients=2) as running:
        time.sleep(1.0)
    assert running.summary().errors == 0
    assert {each.operation for each in running.timeline()} == {"read", "write", "ask", "take"}


def test_a_load_that_cannot_connect_says_so_and_leaves_no_process(accounts: Database) -> None:
    broken = load.Load(accounts.dsn + "_gone", load.table("accounts", "credit", rows=100), clients=2)
    with pytest.raises(RuntimeError, match="could not start"):
        broken.__enter__()
    broken.stop()


def test_a_row_lock_is_held_for_its_time_and_then_let_go(accounts: Database) -> None:
    with blockers.hold_row_lock(accounts.dsn, "accounts", 0.5, ("id", 1)) as blocker:
        with accounts.connect() as connection:
            connection.execute("ALTER TABLE accounts ADD COLUMN late int")
            passed = time.monotonic() - blocker.began
        assert blocker.wait(1)
    assert 0.45 <= passed <= 2.0
    assert blocker.began < blocker.ended <= blocker.began + passed + 0.1


@pytest.mark.parametrize(
    "block",
    [
        lambda dsn: blockers.hold_row_lock(dsn, "accounts", 60),
        lambda dsn: blockers.hold_row_lock(dsn, "accounts", 60, ("id", 7), idle=False),
        lambda dsn: blockers.long_select(dsn, "accounts", 60),
        lambda dsn: blockers.dense_transactions(dsn, "accounts", 2, 50, 3),
    ],
    ids=["row lock, idle", "row lock, busy", "long select", "dense"],
)
def test_a_blocker_ends_with_its_block_and_leaves_no_session(accounts: Database, block) -> None:
    with block(accounts.dsn) as blocker:
        time.sleep(0.1)
        with accounts.connect() as connection:
            granted = "SELECT count(*) FROM pg_locks WHERE granted AND locktype = 'relation' AND pid = ANY (%s)"
            assert connection.execute(granted, [blocker.pids]).fetchone() != (0,)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    assert blocker.ended >= leaving
    with accounts.connect() as connection:
        left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'blocker'"
        assert connection.execute(left).fetchone() == (0,)
