"""A run is ended from outside: asked to stop, killed, its session terminated. The journal is true, a rerun goes on."""

from __future__ import annotations

import signal
import time

import pytest

from tests import fix_blocker
from tests.fix_blocker import Blockers
from tests.scenarios.service import Running, Service

# As long as the row in table pace says; set it to nothing, and the statement is over at once.
SLOWLY = "UPDATE acct SET balance = 1 WHERE id = 1 AND pg_sleep((SELECT seconds FROM pace)) IS NOT NULL"

STEPS = f'''
op.add_column("acct", sa.Column("note", sa.Text()))
op.execute("""{SLOWLY}""")
op.create_index("ix_note", "acct", ["note"])
'''

WHOLE = f'''
op.add_column("acct", sa.Column("note", sa.Text()))
op.get_bind().execute(sa.text("""{SLOWLY}"""))
op.create_index("ix_note", "acct", ["note"])
'''


def slow(service: Service, upgrade: str) -> str:
    service.execute("CREATE TABLE pace AS SELECT 60 AS seconds")
    return service.revision(upgrade)


def begun(service: Service) -> Running:
    """The upgrade, in the middle of its slow statement."""
    running = service.start("upgrade", "head")
    fix_blocker.until(lambda: asleep(service))
    return running


def asleep(service: Service) -> list[int]:
    return service.backends("wait_event = 'PgSleep'")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_a_long_step_and_the_rerun_goes_on_from_there(
    accounts: Service, number: signal.Signals, code: int
) -> None:
    """D20: cancelled within seconds, the lock free, the exit code documented."""
    revision = slow(accounts, STEPS)
    running = begun(accounts)
    asked = time.monotonic()
    running.send(number)
    outcome = running.finish()
    assert time.monotonic() - asked < 5
    assert outcome.code == code
    assert outcome.error["error"] == "interrupted"
    assert outcome.error["state"].startswith("1 step of revision r2")
    assert outcome.error["next"] == "safemigrate resume, or safemigrate rollback"
    assert accounts.journal(revision) == ("paused", ["done", "planned", "planned"])
    assert accounts.value("SELECT balance FROM acct WHERE id = 1") == 0
    assert accounts.backends() == []
    accounts.execute("UPDATE pace SET seconds = 0")
    again = accounts.safemigrate("resume", "--lease-patience", "0")
    assert again.code == 0
    assert [event["why"] for event in again.named("step_skipped")] == ["done before, says the journal"]
    assert accounts.value("SELECT balance FROM acct WHERE id = 1") == 1
    assert accounts.heads == [revision]
    assert accounts.value("SELECT count(*) FROM safemigrate.run WHERE state = 'interrupted'") == 1


def test_a_signal_ends_a_revision_that_runs_whole_and_nothing_of_it_stays(accounts: Service) -> None:
    """D20."""
    revision = slow(accounts, WHOLE)
    before, rows = accounts.database.dump(), accounts.database.checksum()
    running = begun(accounts)
    assert running.until("revision_started")["mode"] == "whole"
    running.send(signal.SIGTERM)
    outcome = running.finish()
    assert outcome.code == 143
    assert (accounts.database.dump(), accounts.database.checksum()) == (before, rows)
    assert accounts.journal(revision) == ("undone", ["planned"])
    assert accounts.backends() == []
    accounts.execute("UPDATE pace SET seconds = 0")
    assert accounts.upgrade("--lease-patience", "0").code == 0
    assert accounts.value("SELECT balance FROM acct WHERE id = 1") == 1
    assert accounts.heads == [revision]


def test_a_signal_ends_the_waiting_for_a_blocker(accounts: Service, blocker: Blockers) -> None:
    """D20 at the gate."""
    revision = accounts.revision('op.add_column("acct", sa.Column("note", sa.Text()))')
    blocker.idle_in_transaction("acct")
    running = accounts.start("upgrade", "head")
    running.until("step_waiting")
    asked = time.monotonic()
    running.send(signal.SIGTERM)
    outcome = running.finish()
    assert time.monotonic() - asked < 3
    assert outcome.code == 143
    assert accounts.journal(revision) == ("undone", ["planned"])


def test_a_signal_ends_the_waiting_for_another_run(accounts: Service, blocker: Blockers) -> None:
    """D20 in front of the one-at-a-time lock; the other run does not notice."""
    accounts.revision('op.add_column("acct", sa.Column("note", sa.Text()))')
    held = blocker.idle_in_transaction("acct")
    first = accounts.start("upgrade", "head")
    first.until("step_waiting")
    second = accounts.start("upgrade", "head")
    second.until("lease_waiting")
    second.send(signal.SIGTERM)
    assert second.finish().code == 143
    held.release()
    assert first.finish().code == 0


def test_after_a_kill_the_rerun_arrives_where_an_undisturbed_run_would(accounts: Service) -> None:
    """D21: SIGKILL in the middle of a step; done steps are not repeated."""
    revision = slow(accounts, STEPS)
    running = begun(accounts)
    running.send(signal.SIGKILL)
    assert running.finish().code == -signal.SIGKILL
    accounts.execute("UPDATE pace SET seconds = 0")
    outcome = accounts.upgrade()
    assert outcome.code == 0
    assert [event["why"] for event in outcome.named("step_skipped")] == ["done before, says the journal"]
    assert len(outcome.done()) == 2
    assert accounts.heads == [revision]
    assert accounts.columns() == ["id", "balance", "email", "note"]
    assert accounts.index_is_valid("ix_note")
    assert accounts.journal(revision) == ("done", ["done", "done", "done"])


@pytest.mark.parametrize("upgrade", [STEPS, WHOLE], ids=["steps", "whole"])
def test_a_terminated_session_is_replaced_and_the_step_tried_again(accounts: Service, upgrade: str) -> None:
    """D22: an administrator ends the backend in the middle of a statement; the same run goes on."""
    revision = slow(accounts, upgrade)
    running = begun(accounts)
    accounts.execute("UPDATE pace SET seconds = 0")
    accounts.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    outcome = running.finish()
    assert outcome.code == 0, outcome
    assert accounts.heads == [revision]
    assert accounts.value("SELECT balance FROM acct WHERE id = 1") == 1
    assert accounts.columns() == ["id", "balance", "email", "note"]
    (attempts,) = accounts.rows("SELECT max(attempts) FROM safemigrate.step")
    assert attempts == (2,)


def test_the_reconnecting_is_done_with_all_sessions_cut_at_once(accounts: Service) -> None:
    """D22: also env.py's connection and the one that holds the one-at-a-time lock."""
    revision = slow(accounts, STEPS)
    running = begun(accounts)
    accounts.execute("UPDATE pace SET seconds = 0")
    accounts.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    outcome = running.finish()
    assert outcome.code == 0, outcome
    assert accounts.heads == [revision]
    assert accounts.journal(revision) == ("done", ["done", "done", "done"])


def test_a_detach_that_was_stopped_half_way_is_taken_back(accounts: Service, blocker: Blockers) -> None:
    """D20 with a command that PostgreSQL can only finish: it is finished, then taken back."""
    accounts.execute("CREATE TABLE usage (id int) PARTITION BY LIST (id)")
    accounts.execute("CREATE TABLE usage_1 PARTITION OF usage FOR VALUES IN (1)")
    revision = accounts.revision('op.execute("ALTER TABLE usage DETACH PARTITION usage_1 CONCURRENTLY")')
    before = accounts.database.dump()
    # The parent alone: before the first of its two transactions the way to the partition is looked at.
    held = blocker.session()
    held.connection.execute("LOCK TABLE ONLY usage IN ACCESS SHARE MODE")
    running = accounts.start("upgrade", "head")
    fix_blocker.until(lambda: accounts.rows("SELECT 1 FROM pg_inherits WHERE inhdetachpending"))
    running.send(signal.SIGTERM)
    assert running.finish().code == 143
    assert accounts.journal(revision) == ("paused", ["intent"])
    held.release()
    outcome = accounts.safemigrate("rollback")
    assert outcome.code == 0, outcome
    assert accounts.database.dump() == before
    assert accounts.journal(revision) == ("undone", ["undone"])
