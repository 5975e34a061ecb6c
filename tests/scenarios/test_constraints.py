"""Constraints that the rows do not meet, and locks on several tables at once."""

from __future__ import annotations

import threading
import time

import pytest

from safemigrate.facts import LockMode
from tests.fix_blocker import Blockers
from tests.scenarios.service import Service
from tests.scenarios.traffic import traffic

# As if there were no gate: every try is made, and waits for its locks.
BLINDLY = ("--gate-age", "1h", "--lock-timeout", "400ms", "--lock-timeout-max", "400ms")


def test_set_not_null_on_a_column_with_nulls_fails_naming_it_and_leaves_the_database_as_before(
    accounts: Service,
) -> None:
    """D12."""
    revision = accounts.revision(
        """
        op.add_column("other", sa.Column("note", sa.Text()))
        op.alter_column("acct", "email", nullable=False)
        """
    )
    accounts.execute("UPDATE acct SET email = NULL WHERE id = 5")
    before, rows = accounts.database.dump(), accounts.database.checksum()
    outcome = accounts.upgrade()
    assert outcome.code == 5
    assert 'column "email" of relation "acct" contains null values (23502)' in outcome.told
    assert (accounts.database.dump(), accounts.database.checksum()) == (before, rows)
    assert accounts.journal(revision) == ("undone", ["undone", "planned"])
    accounts.execute("UPDATE acct SET email = 'mended' WHERE email IS NULL")
    assert accounts.upgrade().code == 0


# The application inserts a row of its own as soon as the backfill has gone over the table.
MEANWHILE = """
    CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO acct (id) VALUES (0) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
    CREATE TRIGGER meanwhile AFTER UPDATE ON acct EXECUTE FUNCTION meanwhile()
"""


def test_nulls_that_appear_after_the_backfill_of_a_new_column_are_found(accounts: Service) -> None:
    """D12: the new column goes with its values, so the database is as before; never a half-valid constraint."""
    accounts.execute(MEANWHILE)
    revision = accounts.revision(
        """
        op.add_column("acct", sa.Column("note", sa.Text()))
        op.execute("UPDATE acct SET note = 'unknown'")
        op.alter_column("acct", "note", nullable=False)
        """
    )
    before = accounts.database.dump()
    outcome = accounts.upgrade()
    assert outcome.code == 5
    assert 'column "note" of relation "acct" contains null values' in outcome.told
    assert accounts.database.dump() == before
    assert accounts.journal(revision) == ("undone", ["undone", "undone", "planned"])


def test_nulls_that_appear_after_the_backfill_of_an_old_column_stop_the_run_where_it_can_be_resumed(
    accounts: Service,
) -> None:
    """D12: what the rows were before nobody knows any more: the done step is kept, and not repeated."""
    accounts.execute(MEANWHILE)
    accounts.execute("UPDATE acct SET email = NULL WHERE id = 5")
    accounts.execute("DELETE FROM acct WHERE id = 0")
    revision = accounts.revision(
        """
        op.execute("UPDATE acct SET email = 'unknown' WHERE email IS NULL")
        op.alter_column("acct", "email", nullable=False)
        """
    )
    outcome = accounts.upgrade()
    assert outcome.code == 6
    assert 'column "email" of relation "acct" contains null values' in outcome.told
    assert "past its point of no return" in outcome.told
    assert accounts.heads == ["r1"]
    assert accounts.journal(revision) == ("paused", ["done", "planned"])
    assert accounts.value("SELECT email FROM acct WHERE id = 5") == "unknown"
    accounts.execute("DELETE FROM acct WHERE id = 0")
    outcome = accounts.safemigrate("resume")
    assert outcome.code == 0
    assert len(outcome.named("step_skipped")) == 1
    assert accounts.heads == [revision]
    assert accounts.value("SELECT attnotnull FROM pg_attribute WHERE attrelid = 'acct'::regclass AND attname = 'email'")


def test_a_foreign_key_that_rows_do_not_meet_fails_with_the_key_and_leaves_the_database_as_before(
    accounts: Service,
) -> None:
    """D13."""
    revision = accounts.revision(
        """
        op.add_column("acct", sa.Column("parent", sa.BigInteger()))
        op.execute("UPDATE acct SET parent = id + 1")
        op.create_foreign_key("fk_parent", "acct", "acct", ["parent"], ["id"])
        """
    )
    before, rows = accounts.database.dump(), accounts.database.checksum()
    outcome = accounts.upgrade()
    assert outcome.code == 5
    assert 'Key (parent)=(2001) is not present in table "acct"' in outcome.told
    assert "23503" in outcome.told
    assert (accounts.database.dump(), accounts.database.checksum()) == (before, rows)
    assert accounts.journal(revision)[0] == "undone"


WRITE_PARENT = "UPDATE acct SET balance = balance + 1 WHERE id = 1500"
WRITE_CHILD = "UPDATE orders SET note = 'seen' WHERE id = 15"


@pytest.mark.parametrize("busy", ["acct", "orders"])
def test_a_foreign_key_between_two_hot_tables_makes_neither_wait_longer_than_lock_timeout(
    accounts: Service, blocker: Blockers, busy: str
) -> None:
    """D14: whichever of the two is busy, the other one's lock is not held while we wait, but for lock_timeout."""
    accounts.execute("CREATE TABLE orders (id int PRIMARY KEY, acct bigint, note text)")
    accounts.execute("INSERT INTO orders SELECT n, n FROM generate_series(1, 1000) n")
    accounts.revision('op.create_foreign_key("fk_acct", "orders", "acct", ["acct"], ["id"])')
    held = blocker.hold(busy, LockMode.ROW_EXCLUSIVE)
    with traffic(accounts.database.dsn, [WRITE_PARENT, WRITE_CHILD]) as felt:
        running = accounts.start("upgrade", "head", *BLINDLY)
        running.until("step_retried", lambda event: event["attempt"] == 3)
        held.release()
        outcome = running.finish()
    assert outcome.code == 0
    assert felt.failures == []
    # The one that was busy was so for three tries and more.
    assert felt.worst(WRITE_PARENT) < 0.75
    assert felt.worst(WRITE_CHILD) < 0.75
    assert felt.worst() > 0.1
    assert accounts.value("SELECT convalidated FROM pg_constraint WHERE conname = 'fk_acct'")


def test_a_statement_over_six_partitions_waits_for_lock_timeout_in_all_not_for_each(
    accounts: Service, blocker: Blockers
) -> None:
    """lock_timeout counts for each lock: six partitions that come free one by one would hold the parent for 1.8 s."""
    accounts.execute("CREATE TABLE usage (id int, note text) PARTITION BY LIST (id)")
    for number in range(6):
        accounts.execute(f"CREATE TABLE usage_{number} PARTITION OF usage FOR VALUES IN ({number})")
    accounts.revision('op.execute("ALTER TABLE usage ADD COLUMN more text")')
    held = [blocker.idle_in_transaction(f"usage_{number}") for number in range(6)]

    def release_one_by_one() -> None:
        for each in held:
            time.sleep(0.3)
            each.release()

    with traffic(accounts.database.dsn, ["SELECT count(*) FROM usage"]) as felt:
        running = accounts.start("upgrade", "head", *BLINDLY)
        running.until("step_started")
        releasing = threading.Thread(target=release_one_by_one)
        releasing.start()
        outcome = running.finish()
        releasing.join()
    assert outcome.code == 0
    (step,) = outcome.named("step_done")
    assert step["attempts"] > 2
    assert step["worst_wait"] < 0.8
    assert felt.worst() < 0.9
