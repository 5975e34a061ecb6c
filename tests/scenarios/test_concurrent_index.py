"""Indexes are built concurrently, asked for or not: what a failed build leaves is not accepted; it may take long."""

from __future__ import annotations

import signal

import psycopg
import pytest

from tests import fix_blocker
from tests.fix_blocker import Blockers
from tests.scenarios.service import Outcome, Service

COLUMN = 'op.add_column("acct", sa.Column("note", sa.Text()))'

UNIQUE = (
    COLUMN
    + """
with op.get_context().autocommit_block():
    op.create_index("ux_email", "acct", ["email"], unique=True, postgresql_concurrently=True{more})
"""
)

PLAIN = f"""
{COLUMN}
op.create_index("ux_email", "acct", ["email"], unique=True)
"""

CONSTRAINT = f"""
{COLUMN}
op.create_unique_constraint("ux_email", "acct", ["email"])
"""

BUILD = """
with op.get_context().autocommit_block():
    op.create_index("ix_balance", "acct", ["balance"], postgresql_concurrently=True)
"""

DUPLICATE = "UPDATE acct SET email = 'twice@a' WHERE id IN (7, 8)"
MEND = "UPDATE acct SET email = id || '@a' WHERE id IN (7, 8)"

Each = pytest.mark.parametrize(
    "upgrade",
    [UNIQUE.format(more=""), PLAIN, CONSTRAINT],
    ids=["concurrently", "plain", "constraint"],
)


def check_duplicates_are_named(outcome: Outcome) -> None:
    (failed,) = outcome.named("step_failed")
    assert failed["sqlstate"] == "23505"
    assert "create unique index ux_email on" in failed["title"]
    assert "Key (email)=(twice@a) is duplicated" in outcome.told
    assert outcome.detailed("rows") == ["2 rows share 1 key"]
    assert outcome.detailed("sample") == ["email='twice@a': 2 times"]


@Each
def test_a_unique_build_that_meets_duplicates_leaves_no_index_and_names_the_key(
    accounts: Service, upgrade: str
) -> None:
    """D9: the column before it is taken back too, and a rerun after the cause is mended succeeds."""
    revision = accounts.revision(upgrade)
    accounts.execute(DUPLICATE)
    before = accounts.database.dump()
    outcome = accounts.upgrade()
    assert outcome.code == 5
    check_duplicates_are_named(outcome)
    assert "the database is as before it" in outcome.error["state"]
    assert accounts.index_is_valid("ux_email") is None
    assert accounts.database.dump() == before
    assert accounts.heads == ["r1"]
    state, steps = accounts.journal(revision)
    assert (state, steps[:2], set(steps[2:])) == ("undone", ["undone", "planned"], {"planned"} if steps[2:] else set())
    (query,) = outcome.detailed("find them")
    assert accounts.rows(query) == [("twice@a", 2)]
    accounts.execute(MEND)
    assert accounts.upgrade().code == 0
    assert accounts.index_is_valid("ux_email") is True
    assert accounts.heads == [revision]


@Each
def test_paused_on_duplicates_the_steps_before_stay_the_index_does_not_and_resume_builds_it(
    accounts: Service, upgrade: str
) -> None:
    """D9 with --on-failure pause."""
    revision = accounts.revision(upgrade)
    accounts.execute(DUPLICATE)
    outcome = accounts.upgrade("--on-failure", "pause")
    assert outcome.code == 6
    check_duplicates_are_named(outcome)
    assert accounts.index_is_valid("ux_email") is None
    assert accounts.columns()[-1] == "note"
    accounts.execute(MEND)
    outcome = accounts.safemigrate("resume")
    assert outcome.code == 0, outcome
    assert [event["why"] for event in outcome.named("step_skipped")] == ["done before, says the journal"]
    assert accounts.index_is_valid("ux_email") is True
    assert accounts.heads == [revision]


def test_duplicates_that_appear_while_it_is_built_are_found_too(accounts: Service, blocker: Blockers) -> None:
    """D9: the build waits for a transaction, which commits a duplicate."""
    accounts.revision('op.create_index("ux_email", "acct", ["email"], unique=True)')
    before = accounts.database.dump()
    writer = blocker.session()
    writer.connection.execute("INSERT INTO acct (id, email) VALUES (0, '7@a')")
    running = accounts.start("upgrade", "head")
    fix_blocker.until(lambda: accounts.index_is_valid("ux_email") is False, seconds=30)
    writer.connection.commit()
    outcome = running.finish()
    assert outcome.code == 5, outcome
    assert outcome.detailed("sample") == ["email='7@a': 2 times"]
    assert accounts.database.dump() == before


@pytest.mark.parametrize(
    ("upgrade", "index"),
    [
        (BUILD, "ix_balance"),
        ('op.create_index("ix_balance", "acct", ["balance"])', "ix_balance"),
        (CONSTRAINT, "ux_email"),
    ],
    ids=["concurrently", "plain", "constraint"],
)
def test_a_build_waits_for_an_old_snapshot_however_long_and_says_for_which(
    accounts: Service, blocker: Blockers, upgrade: str, index: str
) -> None:
    """D10: the snapshot is of another table's reader, and no lock_timeout of ours ends the waiting."""
    accounts.revision(upgrade)
    snapshot = blocker.snapshot()
    snapshot.connection.execute("SELECT count(*) FROM other")
    running = accounts.start("upgrade", "head", "--lock-timeout", "50ms", "--lock-timeout-max", "50ms")
    named = f"for pid {snapshot.pid}, postgres@app"
    progress = running.until("progress", lambda event: named in event["text"])
    assert "waiting for old snapshots" in progress["text"]
    assert accounts.index_is_valid(index) is False
    snapshot.release()
    outcome = running.finish()
    assert outcome.code == 0
    assert outcome.named("step_retried") == []
    assert accounts.index_is_valid(index) is True


LEFT = [UNIQUE.format(more=""), UNIQUE.format(more=", if_not_exists=True"), PLAIN, CONSTRAINT]


@pytest.mark.parametrize("upgrade", LEFT, ids=["concurrently", "if-not-exists", "plain", "constraint"])
def test_an_invalid_index_left_from_before_is_built_anew(accounts: Service, upgrade: str) -> None:
    """D11: IF NOT EXISTS would accept it; without, every rerun would fail."""
    accounts.execute(DUPLICATE)
    with pytest.raises(psycopg.errors.UniqueViolation):
        accounts.execute("CREATE UNIQUE INDEX CONCURRENTLY ux_email ON acct (email)")
    accounts.execute(MEND)
    assert accounts.index_is_valid("ux_email") is False
    accounts.revision(upgrade)
    outcome = accounts.upgrade()
    assert outcome.code == 0, outcome
    assert accounts.index_is_valid("ux_email") is True
    assert any("INVALID" in event["text"] for event in outcome.named("notice"))


@pytest.mark.parametrize("upgrade", LEFT, ids=["concurrently", "if-not-exists", "plain", "constraint"])
def test_an_invalid_index_of_that_name_and_other_keys_is_not_touched(accounts: Service, upgrade: str) -> None:
    """D11: it is none that this revision can have left."""
    accounts.execute("CREATE INDEX ux_email ON acct (id)")
    accounts.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ux_email'::regclass")
    before = accounts.database.dump()
    revision = accounts.revision(upgrade)
    outcome = accounts.upgrade()
    assert outcome.code == (0 if "if_not_exists" in upgrade else 5), outcome
    assert accounts.safemigrate("rollback", revision).code in (0, 2)
    assert accounts.database.dump() == before
    assert accounts.index_is_valid("ux_email") is False


@Each
def test_a_valid_index_of_that_name_is_not_touched(accounts: Service, upgrade: str) -> None:
    """D11: only what is invalid is ever dropped."""
    accounts.execute("CREATE INDEX ux_email ON acct (id)")
    before = accounts.database.dump()
    accounts.revision(upgrade)
    outcome = accounts.upgrade()
    assert outcome.code == 5
    assert "42P07" in outcome.told
    assert accounts.database.dump() == before


@Each
def test_a_build_that_was_killed_is_begun_anew_by_the_next_run(
    accounts: Service, blocker: Blockers, upgrade: str
) -> None:
    """D11 by our own hand: SIGKILL while it waits; the backend goes, the invalid index stays, the rerun clears it."""
    revision = accounts.revision(upgrade)
    snapshot = blocker.snapshot()
    running = accounts.start("upgrade", "head")
    fix_blocker.until(lambda: accounts.index_is_valid("ux_email") is False)
    running.send(signal.SIGKILL)
    fix_blocker.until(lambda: accounts.backends() == [])
    assert accounts.index_is_valid("ux_email") is False
    state, steps = accounts.journal(revision)
    assert (state, steps[:2]) == ("started", ["done", "intent"])
    snapshot.release()
    outcome = accounts.upgrade()
    assert outcome.code == 0, outcome
    assert [event["why"] for event in outcome.named("step_skipped")] == ["done before, says the journal"]
    assert accounts.index_is_valid("ux_email") is True
    state, steps = accounts.journal(revision)
    assert (state, set(steps)) == ("done", {"done"})


@Each
def test_rollback_after_a_killed_build_clears_the_invalid_index_too(
    accounts: Service, blocker: Blockers, upgrade: str
) -> None:
    revision = accounts.revision(upgrade)
    before = accounts.database.dump()
    snapshot = blocker.snapshot()
    running = accounts.start("upgrade", "head")
    fix_blocker.until(lambda: accounts.index_is_valid("ux_email") is False)
    running.send(signal.SIGKILL)
    fix_blocker.until(lambda: accounts.backends() == [])
    snapshot.release()
    outcome = accounts.safemigrate("rollback")
    assert outcome.code == 0, outcome
    assert accounts.database.dump() == before
    assert accounts.heads == ["r1"]
    state, steps = accounts.journal(revision)
    assert (state, steps[:2]) == ("undone", ["undone", "undone"])


DROP = """
op.add_column("other", sa.Column("note", sa.Text()))
op.execute("DROP INDEX {how} ix_balance")
"""


@pytest.mark.parametrize("how", ["CONCURRENTLY", ""], ids=["concurrently", "plain"])
@pytest.mark.parametrize("verb", ["rollback", "resume"])
def test_a_concurrent_drop_that_was_stopped_half_way_goes_either_way(
    accounts: Service, blocker: Blockers, verb: str, how: str
) -> None:
    """Half-way the index is INVALID, and PostgreSQL has no way back; from the journalled undo there is one."""
    accounts.execute("CREATE INDEX ix_balance ON acct (balance) WHERE balance > 5")
    revision = accounts.revision(DROP.format(how=how))
    before = accounts.database.dump()
    held = blocker.idle_in_transaction("acct")
    running = accounts.start("upgrade", "head")
    fix_blocker.until(lambda: accounts.index_is_valid("ix_balance") is False)
    running.send(signal.SIGTERM)
    outcome = running.finish()
    assert outcome.code == 143
    assert outcome.error["next"] == "safemigrate resume, or safemigrate rollback"
    assert accounts.journal(revision) == ("paused", ["done", "intent"])
    held.release()
    outcome = accounts.safemigrate(verb)
    assert outcome.code == 0, outcome
    if verb == "rollback":
        assert accounts.index_is_valid("ix_balance") is True
        assert accounts.database.dump() == before
        assert accounts.journal(revision) == ("undone", ["undone", "undone"])
    else:
        assert accounts.index_is_valid("ix_balance") is None
        assert accounts.heads == [revision]
        assert accounts.journal(revision) == ("done", ["done", "done"])
        # And from here, the newest completed revision.
        assert accounts.safemigrate("rollback", revision).code == 0
        assert accounts.database.dump() == before
