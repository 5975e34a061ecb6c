"""Constraints that the rows do not meet, and locks on several tables at once. Every statement is written plainly."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from safemigrate.facts import LockMode
from tests.fix_blocker import Blockers
from tests.scenarios.service import Outcome, Service
from tests.scenarios.traffic import traffic

# As if there were no gate: every try is made, and waits for its locks.
BLINDLY = ("--gate-age", "1h", "--lock-timeout", "400ms", "--lock-timeout-max", "400ms")

PAUSE = ("--on-failure", "pause")

NOT_NULL = """
    op.add_column("other", sa.Column("note", sa.Text()))
    op.alter_column("acct", "email", nullable=False)
"""


def check_null_is_named(outcome: Outcome, column: str, *rows: int) -> None:
    """The error is about a NULL, and names the *rows* that have one."""
    (failed,) = outcome.named("step_failed")
    assert failed["title"].startswith("validate constraint")
    assert failed["sqlstate"] in ("23502", "23514"), "a NOT NULL that is not valid, or up to 17 a CHECK"
    assert outcome.detailed("rows") == [f"{len(rows)} {'row violates' if len(rows) == 1 else 'rows violate'} it"]
    assert outcome.detailed("sample") == [f"id={row}: {column}=NULL" for row in rows]
    assert outcome.detailed("find them") == [f'SELECT * FROM "public"."acct" WHERE "{column}" IS NULL']


def never_null(accounts: Service, column: str) -> bool:
    """Whether the column is NOT NULL, and no row is left out of that."""
    query = """
        SELECT attnotnull AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = attrelid AND NOT convalidated)
        FROM pg_attribute WHERE attrelid = 'acct'::regclass AND attname = %s
    """
    found: bool = accounts.value(query, column)
    return found


def test_not_null_on_a_column_with_nulls_names_their_rows_and_leaves_the_database_as_before(
    accounts: Service,
) -> None:
    """D12 without a backfill."""
    revision = accounts.revision(NOT_NULL)
    accounts.execute("UPDATE acct SET email = NULL WHERE id IN (5, 7)")
    before, rows = accounts.database.dump(), accounts.database.checksum()
    outcome = accounts.upgrade()
    assert outcome.code == 5
    check_null_is_named(outcome, "email", 5, 7)
    assert (accounts.database.dump(), accounts.database.checksum()) == (before, rows)
    state, steps = accounts.journal(revision)
    assert state == "undone"
    assert set(steps) == {"undone", "planned"}
    accounts.execute("UPDATE acct SET email = 'mended' WHERE email IS NULL")
    assert accounts.upgrade().code == 0
    assert never_null(accounts, "email")


def test_not_null_that_is_kept_half_way_takes_no_new_null_and_is_resumed(accounts: Service) -> None:
    """D12: paused, the constraint is there and not valid, and the journal and the error say so."""
    revision = accounts.revision(NOT_NULL)
    accounts.execute("UPDATE acct SET email = NULL WHERE id = 5")
    outcome = accounts.upgrade(*PAUSE)
    assert outcome.code == 6
    check_null_is_named(outcome, "email", 5)
    assert outcome.error["next"] == "safemigrate resume, or safemigrate rollback"
    state, steps = accounts.journal(revision)
    assert (state, steps[:2]) == ("paused", ["done", "done"])
    assert not never_null(accounts, "email")
    with pytest.raises(psycopg.errors.IntegrityError):
        accounts.execute("INSERT INTO acct (id) VALUES (0)")
    accounts.execute("UPDATE acct SET email = 'mended' WHERE email IS NULL")
    outcome = accounts.safemigrate("resume")
    assert outcome.code == 0, outcome
    assert len(outcome.named("step_skipped")) == 2
    assert never_null(accounts, "email")
    assert accounts.heads == [revision]


BACKFILL = """
    op.execute("UPDATE acct SET email = 'unknown' WHERE email IS NULL")
    op.alter_column("acct", "email", nullable=False)
"""

# The application inserts a row of its own as soon as the backfill has begun.
MEANWHILE = """
    CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO acct (id) VALUES (0) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
    CREATE TRIGGER meanwhile AFTER UPDATE ON acct EXECUTE FUNCTION meanwhile()
"""


def test_a_null_that_appears_during_the_backfill_is_filled_as_well(accounts: Service) -> None:
    """D12: the backfill goes over the table until no row is NULL."""
    accounts.execute("UPDATE acct SET email = NULL WHERE id IN (5, 1500)")
    accounts.execute(MEANWHILE)
    revision = accounts.revision(BACKFILL)
    outcome = accounts.upgrade()
    assert outcome.code == 0, outcome
    assert never_null(accounts, "email")
    assert accounts.rows("SELECT id FROM acct WHERE email = 'unknown' ORDER BY 1") == [(0,), (5,), (1500,)]
    assert accounts.heads == [revision]


def test_a_null_that_appears_after_the_backfill_is_named_and_all_goes_back(
    accounts: Service, blocker: Blockers
) -> None:
    """D12: it comes while the NOT NULL waits for its lock. What the backfill has changed is as before, too."""
    accounts.execute("UPDATE acct SET email = NULL WHERE id IN (5, 1500)")
    revision = accounts.revision(BACKFILL)
    before = accounts.database.dump()
    held = blocker.hold("acct", LockMode.ROW_EXCLUSIVE)
    running = accounts.start("upgrade", "head")
    running.until("step_waiting")
    held.connection.execute("INSERT INTO acct (id) VALUES (0)")
    held.connection.commit()
    held.release()
    outcome = running.finish()
    assert outcome.code == 5
    check_null_is_named(outcome, "email", 0)
    assert accounts.rows("SELECT id FROM acct WHERE email IS NULL ORDER BY 1") == [(0,), (5,), (1500,)]
    assert accounts.database.dump() == before
    state, steps = accounts.journal(revision)
    assert state == "undone"
    assert set(steps) == {"undone", "planned"}


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
    check_null_is_named(outcome, "note", 0)
    assert accounts.database.dump() == before
    assert accounts.journal(revision)[0] == "undone"


FOREIGN_KEY = """
    op.add_column("other", sa.Column("note", sa.Text()))
    op.create_foreign_key("fk_acct", "orders", "acct", ["acct"], ["id"])
"""

ORDERS = """
    CREATE TABLE orders (id int PRIMARY KEY, acct bigint, note text);
    INSERT INTO orders SELECT n, CASE WHEN n % 100 = 0 THEN n * 1000 ELSE n END FROM generate_series(1, 1000) n
"""


@pytest.fixture
def orphaned(accounts: Service) -> Service:
    """A thousand orders, ten of them of no account."""
    accounts.execute(ORDERS)
    return accounts


def check_orphans_are_named(outcome: Outcome) -> None:
    (failed,) = outcome.named("step_failed")
    assert (failed["title"], failed["sqlstate"]) == ("validate constraint fk_acct of public.orders", "23503")
    assert outcome.detailed("rows") == ["10 rows violate it"]
    assert len(outcome.detailed("sample")) == 5
    assert "id=100: acct=100000" in outcome.detailed("sample")
    assert 'is not present in table "acct"' in outcome.told


def test_orphans_of_a_foreign_key_are_counted_and_shown_and_the_constraint_is_gone(orphaned: Service) -> None:
    """D13."""
    revision = orphaned.revision(FOREIGN_KEY)
    before, rows = orphaned.database.dump(), orphaned.database.checksum()
    outcome = orphaned.upgrade()
    assert outcome.code == 5
    check_orphans_are_named(outcome)
    assert outcome.error["next"] == "mend the rows that this query finds, then run again"
    assert (orphaned.database.dump(), orphaned.database.checksum()) == (before, rows)
    assert orphaned.journal(revision)[0] == "undone"
    (query,) = outcome.detailed("find them")
    assert len(orphaned.rows(query)) == 10
    orphaned.execute(f"DELETE FROM orders WHERE id IN (SELECT id FROM ({query}) AS orphan)")
    assert orphaned.upgrade().code == 0
    assert orphaned.value("SELECT convalidated FROM pg_constraint WHERE conname = 'fk_acct'")


def test_paused_a_foreign_key_with_orphans_stays_and_takes_no_new_ones(orphaned: Service) -> None:
    """D13: what is there is kept NOT VALID until it is resumed, or taken back."""
    revision = orphaned.revision(FOREIGN_KEY)
    before = orphaned.database.dump()
    outcome = orphaned.upgrade(*PAUSE)
    assert outcome.code == 6
    check_orphans_are_named(outcome)
    assert orphaned.value("SELECT convalidated FROM pg_constraint WHERE conname = 'fk_acct'") is False
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        orphaned.execute("INSERT INTO orders VALUES (0, -1)")
    assert orphaned.safemigrate("resume", *PAUSE).code == 6
    assert orphaned.safemigrate("rollback").code == 0
    assert orphaned.database.dump() == before
    assert orphaned.upgrade(*PAUSE).code == 6
    orphaned.execute("DELETE FROM orders WHERE acct > 2000")
    assert orphaned.safemigrate("resume").code == 0
    assert orphaned.value("SELECT convalidated FROM pg_constraint WHERE conname = 'fk_acct'")
    assert orphaned.heads == [revision]


WRITE_PARENT = "UPDATE acct SET balance = balance + 1 WHERE id = 1500"
WRITE_CHILD = "UPDATE orders SET note = 'seen' WHERE id = 15"


@pytest.mark.parametrize("busy", ["acct", "orders"])
def test_a_foreign_key_between_two_hot_tables_makes_neither_wait_longer_than_lock_timeout(
    accounts: Service, blocker: Blockers, busy: str
) -> None:
    """D14: whichever of the two is busy, the other one's lock is not held while we wait, but for lock_timeout."""
    accounts.execute(ORDERS)
    accounts.execute("DELETE FROM orders WHERE acct > 2000")
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


SLOWLY = """
    CREATE FUNCTION slowly(number bigint) RETURNS bool LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.001); RETURN number IS NOT NULL; END $$
"""

LONG = """
    op.create_foreign_key("fk_acct", "orders", "acct", ["acct"], ["id"])
    op.create_check_constraint("slowly", "orders", "slowly(acct)")
    op.alter_column("orders", "acct", nullable=False)
"""


def test_while_rows_are_validated_both_tables_are_read_and_written(accounts: Service) -> None:
    """D14: the rows of a CHECK that takes seconds, of a foreign key and of a NOT NULL are read in nobody's way."""
    accounts.execute(ORDERS)
    accounts.execute(SLOWLY)
    accounts.execute("DELETE FROM orders WHERE acct > 2000")
    accounts.execute("INSERT INTO orders SELECT n, n % 2000 + 1 FROM generate_series(1001, 4000) n")
    accounts.revision(LONG)
    with traffic(accounts.database.dsn, [WRITE_PARENT, WRITE_CHILD, "SELECT count(*) FROM orders"]) as felt:
        outcome = accounts.upgrade()
    assert outcome.code == 0, outcome
    assert felt.failures == []
    validated = [step for step in outcome.named("step_done") if step["title"].startswith("validate")]
    assert len(validated) == 3
    assert max(step["seconds"] for step in validated) > 3
    assert felt.worst() < 1
    assert [step["stall"] for step in validated] == [0.0, 0.0, 0.0]


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
