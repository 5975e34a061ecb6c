"""Somebody is in the way: seen, named, waited for outside the queue, and left alone or not, as the settings say."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from tests import fix_blocker
from tests.fix_blocker import Blocker, Blockers
from tests.scenarios.service import Service
from tests.scenarios.traffic import traffic

READ = "SELECT balance FROM acct WHERE id = 1500"
WRITE = "UPDATE acct SET balance = balance + 1 WHERE id = 1600"

ADD_COLUMN = 'op.add_column("acct", sa.Column("note", sa.Text()))'

Block = Callable[[Blockers], Blocker]


@pytest.mark.parametrize(
    ("block", "state"),
    [
        pytest.param(lambda blocker: blocker.long_select("acct"), "active", id="long-select"),
        pytest.param(lambda blocker: blocker.row_lock("acct"), "idle in transaction", id="row-lock"),
        pytest.param(lambda blocker: blocker.prepared("acct"), "", id="prepared-transaction"),
    ],
)
def test_an_old_transaction_is_named_and_waited_for_outside_the_queue(
    accounts: Service, blocker: Blockers, block: Block, state: str
) -> None:
    """D1, D2: a long SELECT, a row lock; a prepared transaction, which has no pid. The application notices nothing."""
    accounts.revision(ADD_COLUMN)
    held = block(blocker)
    who = (None, held.gid) if held.gid else (held.pid, None)
    with traffic(accounts.database.dsn, [READ, WRITE]) as felt:
        running = accounts.start("upgrade", "head")
        waiting = running.until("step_waiting", lambda event: event["seconds"] > 1)
        assert accounts.columns() == ["id", "balance", "email"]
        held.release()
        released = time.monotonic()
        outcome = running.finish()
        assert time.monotonic() - released < 2
    (seen,) = waiting["blockers"]
    assert (seen["pid"], seen["gid"]) == who
    assert (seen["state"], seen["relation"]) == (state, "acct")
    assert seen["age"] > 1
    assert bool(seen["query"]) is not bool(held.gid)
    assert outcome.code == 0
    assert accounts.columns()[-1] == "note"
    assert outcome.named("step_retried") == []
    # Behind a queued request the application would have waited for as long as the blocker lasted.
    assert felt.worst() < 0.5
    assert felt.failures == []


def test_when_the_patience_is_used_up_nothing_is_changed_and_the_one_in_the_way_is_named(
    accounts: Service, blocker: Blockers
) -> None:
    """D3, D6: idle in transaction for ever; the budget is wall clock, the exit code its own, and a rerun works."""
    revision = accounts.revision(ADD_COLUMN)
    before = accounts.database.dump()
    held = blocker.idle_in_transaction("acct")
    outcome = accounts.upgrade("--lock-patience", "1s")
    assert outcome.code == 4
    assert f"pid {held.pid}, postgres@app, idle in transaction for" in outcome.told
    assert "the database is as before it" in outcome.error["state"]
    assert outcome.error["next"].startswith("safemigrate locks acct --watch")
    assert 1 <= outcome.finished["seconds"] < 2.5
    assert outcome.finished["outcome"] == "could_not_lock"
    assert accounts.database.dump() == before
    assert accounts.heads == ["r1"]
    assert accounts.journal(revision) == ("undone", ["planned"])
    held.release()
    assert accounts.upgrade().code == 0
    assert accounts.heads == [revision]
    assert accounts.journal(revision) == ("done", ["done"])


def test_done_steps_are_taken_back_when_a_later_one_cannot_lock(accounts: Service, blocker: Blockers) -> None:
    """D3 in the middle of a revision: the database is as before it."""
    revision = accounts.revision(
        """
        op.add_column("other", sa.Column("note", sa.Text()))
        op.add_column("acct", sa.Column("note", sa.Text()))
        """
    )
    before = accounts.database.dump()
    blocker.idle_in_transaction("acct")
    outcome = accounts.upgrade("--lock-patience", "500ms")
    assert outcome.code == 4
    assert [event["title"] for event in outcome.named("undo_done")] == outcome.done() != []
    assert accounts.database.dump() == before
    assert accounts.journal(revision) == ("undone", ["undone", "planned"])


def test_fifty_clients_do_not_pile_up_behind_a_closed_gate(accounts: Service, blocker: Blockers) -> None:
    """D4: as long as the blocker lasts we are not in the queue, so nobody is stalled, and that is what is reported."""
    accounts.revision(ADD_COLUMN)
    blocker.idle_in_transaction("acct")
    with traffic(accounts.database.dsn, [READ], clients=50, every=0.25) as felt:
        outcome = accounts.start("upgrade", "head", "--lock-patience", "2s").finish()
    assert outcome.code == 4
    assert (outcome.finished["stall"], outcome.finished["worst_wait"]) == (0.0, 0.0)
    assert felt.worst() < 0.7


def test_the_stall_behind_a_request_that_does_queue_is_bounded_by_lock_timeout_and_reported(
    accounts: Service, blocker: Blockers
) -> None:
    """D4: with the gate told to look at nobody, each try makes the clients wait; for T, not for the blocker."""
    revision = accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct")
    flags = ("--gate-age", "1h", "--lock-timeout", "300ms", "--lock-timeout-max", "300ms")
    with traffic(accounts.database.dsn, [READ], clients=50, every=0.25) as felt:
        running = accounts.start("upgrade", "head", *flags)
        running.until("step_retried", lambda event: event["attempt"] == 2)
        held.release()
        outcome = running.finish()
    assert outcome.code == 0
    assert {event["sqlstate"] for event in outcome.named("step_retried")} == {"55P03"}
    assert 0.1 < felt.worst() < 0.9
    (step,) = outcome.named("step_done")
    assert step["attempts"] >= 3
    assert 0.08 < step["worst_wait"] < 0.6
    assert 0.4 * felt.stalled() < step["stall"] < 1.6 * felt.stalled()
    assert outcome.finished["stall"] == step["stall"]
    journalled = accounts.rows(
        "SELECT stall, worst_wait, attempts FROM safemigrate.step WHERE title = %s", step["title"]
    )
    assert journalled == [(step["stall"], step["worst_wait"], step["attempts"])]
    assert accounts.heads == [revision]


def test_what_a_run_in_vain_cost_the_application_is_reported_too(accounts: Service, blocker: Blockers) -> None:
    """D4: a run that gives up has stalled the application all the same."""
    accounts.revision(ADD_COLUMN)
    blocker.idle_in_transaction("acct")
    flags = ("--gate-age", "1h", "--lock-timeout", "300ms", "--lock-timeout-max", "300ms", "--lock-patience", "1s")
    with traffic(accounts.database.dsn, [READ], clients=10, every=0.05):
        outcome = accounts.start("upgrade", "head", *flags).finish()
    assert outcome.code == 4
    assert outcome.finished["stall"] > 0.3
    assert 0.08 < outcome.finished["worst_wait"] < 0.6


def test_a_run_that_nobody_waits_for_reports_a_stall_of_nothing(accounts: Service) -> None:
    """A rewrite is long enough to be looked at, and nobody wants the table."""
    accounts.revision(
        'op.execute("ALTER TABLE acct ALTER balance TYPE bigint USING balance + length(pg_sleep(0.0002)::text)")'
    )
    outcome = accounts.upgrade()
    assert outcome.code == 0
    assert outcome.finished["longest_lock"] > 0.2
    assert (outcome.finished["stall"], outcome.finished["worst_wait"]) == (0.0, 0.0)


def test_a_concurrent_build_of_somebody_else_is_waited_for(accounts: Service, blocker: Blockers) -> None:
    """D5: it holds a lock that conflicts across transactions of its own; no deadlock, and both succeed."""
    accounts.revision(ADD_COLUMN)
    snapshot = blocker.snapshot()
    build = blocker.running(sql.SQL("CREATE INDEX CONCURRENTLY ix_by_hand ON acct (balance)"))
    running = accounts.start("upgrade", "head")
    waiting = running.until("step_waiting", lambda event: event["seconds"] > 0.5)
    assert [seen["pid"] for seen in waiting["blockers"]] == [build.pid]
    assert "CREATE INDEX CONCURRENTLY" in waiting["blockers"][0]["query"]
    snapshot.release()
    assert running.finish().code == 0
    assert accounts.columns()[-1] == "note"
    fix_blocker.until(lambda: accounts.index_is_valid("ix_by_hand"))
    assert accounts.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0


# -- what may be done about a blocker

SOON = ("--blocker-grace", "400ms", "--blocker-age", "100ms")


def test_cancel_ends_the_blockers_query_after_the_grace_and_leaves_its_session(
    accounts: Service, blocker: Blockers
) -> None:
    accounts.revision(ADD_COLUMN)
    held = blocker.long_select("acct", user="reports")
    outcome = accounts.upgrade("--on-blocker", "cancel", *SOON)
    assert outcome.code == 0
    (signalled,) = outcome.named("blocker_signalled")
    assert (signalled["blocker"]["pid"], signalled["action"]) == (held.pid, "cancel")
    (step,) = outcome.named("step_done")
    assert 0.4 <= step["waited"] < 5
    assert held.thread is not None
    held.thread.join(5)
    assert held.connection.execute("SELECT 1").fetchone() == (1,)


def test_cancel_does_nothing_to_a_session_that_has_no_query_to_cancel(accounts: Service, blocker: Blockers) -> None:
    accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct", user="reports")
    outcome = accounts.upgrade("--on-blocker", "cancel", *SOON, "--lock-patience", "1s")
    assert outcome.code == 4
    assert outcome.named("blocker_signalled") == []
    assert held.connection.execute("SELECT 1").fetchone() == (1,)


def test_terminate_ends_the_blockers_session_after_the_grace(accounts: Service, blocker: Blockers) -> None:
    accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct", user="reports")
    outcome = accounts.upgrade("--on-blocker", "terminate", *SOON)
    assert outcome.code == 0
    (signalled,) = outcome.named("blocker_signalled")
    assert (signalled["blocker"]["pid"], signalled["action"]) == (held.pid, "terminate")
    with pytest.raises(psycopg.OperationalError, match="terminating connection due to administrator command"):
        held.connection.execute("SELECT 1")


def test_fail_gives_up_after_the_grace_rather_than_after_the_patience(accounts: Service, blocker: Blockers) -> None:
    revision = accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct", user="reports")
    outcome = accounts.upgrade("--on-blocker", "fail", *SOON)
    assert outcome.code == 4
    assert f"pid {held.pid}, reports@app" in outcome.told
    assert 0.4 <= outcome.finished["seconds"] < 5
    assert accounts.journal(revision) == ("undone", ["planned"])


def test_a_superusers_session_is_ended_only_where_it_is_named(accounts: Service, blocker: Blockers) -> None:
    accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct")
    flags = ("--on-blocker", "terminate", *SOON)
    outcome = accounts.upgrade(*flags, "--lock-patience", "1s")
    assert outcome.code == 4
    assert outcome.named("blocker_signalled") == []
    assert held.connection.execute("SELECT 1").fetchone() == (1,)
    outcome = accounts.upgrade(*flags, "--signal-superusers", "postgres")
    assert outcome.code == 0
    assert [event["action"] for event in outcome.named("blocker_signalled")] == ["terminate"]


def test_a_session_named_as_never_to_be_signalled_is_left_alone(accounts: Service, blocker: Blockers) -> None:
    accounts.revision(ADD_COLUMN)
    blocker.idle_in_transaction("acct", user="reports")
    outcome = accounts.upgrade("--on-blocker", "terminate", *SOON, "--never-signal", "reports", "--lock-patience", "1s")
    assert outcome.code == 4
    assert outcome.named("blocker_signalled") == []


def test_a_prepared_transaction_is_rolled_back_only_where_it_is_named(accounts: Service, blocker: Blockers) -> None:
    accounts.revision(ADD_COLUMN)
    held = blocker.prepared("acct", gid="order 66")
    flags = ("--on-blocker", "terminate", *SOON)
    outcome = accounts.upgrade(*flags, "--lock-patience", "1s")
    assert outcome.code == 4
    assert "prepared transaction 'order 66'" in outcome.told
    assert accounts.value("SELECT count(*) FROM pg_prepared_xacts WHERE gid = 'order 66'") == 1
    outcome = accounts.upgrade(*flags, "--signal-superusers", "order 66")
    assert outcome.code == 0
    assert accounts.value("SELECT count(*) FROM pg_prepared_xacts WHERE gid = 'order 66'") == 0
    held.gid = ""


def test_a_blocker_that_goes_before_the_grace_is_over_is_not_signalled(accounts: Service, blocker: Blockers) -> None:
    accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct", user="reports")
    running = accounts.start("upgrade", "head", "--on-blocker", "terminate", "--blocker-grace", "20s")
    running.until("step_waiting")
    held.connection.commit()
    outcome = running.finish()
    assert outcome.code == 0
    assert outcome.named("blocker_signalled") == []
    assert held.connection.execute("SELECT 1").fetchone() == (1,)
