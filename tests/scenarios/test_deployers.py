"""Two runs at once, and runs that died: one at a time, and nothing of a dead run is applied later."""

from __future__ import annotations

import signal
from pathlib import Path

from psycopg import sql

from tests import fix_blocker, fix_project
from tests.fix_blocker import Blockers
from tests.scenarios.service import Running, Service

ADD_COLUMN = 'op.add_column("acct", sa.Column("note", sa.Text()))'

BUILD = """
with op.get_context().autocommit_block():
    op.create_index("ix_balance", "acct", ["balance"], postgresql_concurrently=True)
"""

# As if there were no gate: the request for the lock is made, and queues for as long as it takes.
BLINDLY = ("--gate-age", "1h", "--lock-timeout", "1min", "--lock-timeout-max", "1min")


def queueing(service: Service) -> list[int]:
    """Our sessions that wait for a lock in the server."""
    return service.backends("wait_event_type = 'Lock'")


def test_of_two_deployers_one_runs_and_the_other_waits_and_finds_nothing_left_to_do(
    accounts: Service, blocker: Blockers
) -> None:
    """D7."""
    revision = accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct")
    first = accounts.start("upgrade", "head")
    first.until("step_waiting")
    second = accounts.start("upgrade", "head")
    waiting = second.until("lease_waiting")
    assert waiting["application"] == f"safemigrate/{first.until('run_started')['run']}"
    held.release()
    assert first.finish().code == 0
    outcome = second.finish()
    assert outcome.code == 0
    assert outcome.done() == []
    assert outcome.finished["steps"] == 0
    assert accounts.heads == [revision]


def test_two_deployers_that_start_at_the_same_moment_on_an_empty_database_both_succeed(service: Service) -> None:
    """D7: also the version table and the journal are made once."""
    revisions = [service.revision(f'op.create_table("t{n}", sa.Column("id", sa.Integer()))') for n in range(5)]
    both = [service.start("upgrade", "head") for _ in range(2)]
    outcomes = [running.finish() for running in both]
    assert [outcome.code for outcome in outcomes] == [0, 0], outcomes
    assert sorted(len(outcome.done()) for outcome in outcomes) == [0, 5]
    assert service.heads == revisions[-1:]


def test_a_deployer_waits_no_longer_than_the_lease_patience(accounts: Service, blocker: Blockers) -> None:
    """D7: the exit code is its own, and the holder is named."""
    accounts.revision(ADD_COLUMN)
    blocker.idle_in_transaction("acct")
    first = accounts.start("upgrade", "head")
    first.until("step_waiting")
    outcome = accounts.upgrade("--lease-patience", "500ms")
    assert outcome.code == 7
    assert outcome.named("lease_waiting") != []
    assert f"postgres@safemigrate/{first.until('run_started')['run']}" in outcome.told
    assert outcome.error["state"] == "nothing was changed by this run"
    assert accounts.columns()[-1] == "email"
    assert first.process.poll() is None


def test_a_deployer_that_waits_does_not_hold_back_a_concurrent_build(accounts: Service, blocker: Blockers) -> None:
    """D8: no 40P01, the index is valid."""
    accounts.revision(BUILD)
    snapshot = blocker.snapshot()
    first = accounts.start("upgrade", "head")
    fix_blocker.until(lambda: accounts.index_is_valid("ix_balance") is False)
    second = accounts.start("upgrade", "head")
    second.until("lease_waiting")
    # Longer than the deadlock detector takes to look: progress is told once a second.
    fix_blocker.until(lambda: sum("waiting" in event.get("text", "") for event in first.events) >= 2)
    snapshot.release()
    assert (first.finish().code, second.finish().code) == (0, 0)
    assert accounts.index_is_valid("ix_balance")
    assert accounts.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0


def test_the_queued_request_of_a_killed_client_vanishes_and_is_not_applied_later(
    accounts: Service, blocker: Blockers
) -> None:
    """Without client_connection_check_interval it stays in the queue, stalls the readers, and is applied in the end."""
    accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct")
    running = accounts.start("upgrade", "head", *BLINDLY)
    fix_blocker.until(lambda: queueing(accounts))
    running.send(signal.SIGKILL)
    fix_blocker.until(lambda: accounts.backends() == [])
    held.release()
    assert accounts.columns()[-1] == "email"
    assert accounts.upgrade().code == 0
    assert accounts.columns()[-1] == "note"


def stopped_in_the_queue(service: Service) -> tuple[Running, int]:
    """A run whose process does not answer any more, with its lock request in the queue; its lease was lost."""
    running = service.start("upgrade", "head", *BLINDLY)
    fix_blocker.until(lambda: queueing(service))
    (work,) = queueing(service)
    running.send(signal.SIGSTOP)
    watch = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = {}")
    service.execute(
        watch.format(service.value("SELECT oid FROM pg_database WHERE datname = current_database()")).as_string()
    )
    return running, work


def test_the_living_session_of_an_earlier_run_is_ended_when_the_next_one_starts(
    accounts: Service, blocker: Blockers
) -> None:
    """And the earlier run, should its process come back, writes nothing any more."""
    accounts.revision(ADD_COLUMN)
    held = blocker.idle_in_transaction("acct")
    first, orphan = stopped_in_the_queue(accounts)
    second = accounts.start("upgrade", "head")
    found = second.until("orphan_found")
    assert (found["pid"], found["action"]) == (orphan, "terminated")
    second.until("step_waiting")
    assert queueing(accounts) == []
    first.send(signal.SIGCONT)
    outcome = first.finish()
    assert outcome.code == 7, outcome
    assert "took over" in outcome.error["what"]
    held.release()
    assert second.finish().code == 0
    assert accounts.columns() == ["id", "balance", "email", "note"]
    states = accounts.rows("SELECT state FROM safemigrate.run ORDER BY started_at")
    assert [state for (state,) in states] == ["done", "lost", "done"]


def test_histories_with_version_tables_of_their_own_do_not_wait_for_each_other(
    accounts: Service, blocker: Blockers, tmp_path: Path
) -> None:
    """Two services in one database."""
    accounts.revision(ADD_COLUMN)
    blocker.idle_in_transaction("acct")
    first = accounts.start("upgrade", "head")
    first.until("step_waiting")
    neighbour = Service(fix_project.Project(tmp_path / "neighbour"), accounts.database)
    neighbour.project.env(fix_project.ENV.replace("connection=connection", 'connection=connection, version_table="b"'))
    neighbour.revision('op.create_table("of_b", sa.Column("id", sa.Integer()))')
    assert neighbour.upgrade("--lease-patience", "0").code == 0
    assert first.process.poll() is None
