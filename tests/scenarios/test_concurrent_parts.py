"""What is written plainly runs concurrently, part by part; stopped between or within its parts it goes either way."""

from __future__ import annotations

import signal

import pytest

from safemigrate.facts import LockMode
from tests import fix_blocker
from tests.fix_blocker import Blockers
from tests.scenarios.service import Service

PARTS = """
    CREATE TABLE event (id int, day int, note text) PARTITION BY RANGE (day);
    CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (1) TO (10);
    CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM (10) TO (20);
    CREATE TABLE event_3 PARTITION OF event FOR VALUES FROM (20) TO (30);
    CREATE TABLE event_4 AS SELECT i AS id, 30 + i % 10 AS day, 'x'::text AS note FROM generate_series(1, 500) i;
    INSERT INTO event SELECT i, 1 + i % 29, 'x' FROM generate_series(1, 2000) i;
    INSERT INTO event VALUES (5000, 15, 'twice'), (5000, 15, 'twice');
"""
WHOLE = 'op.create_index("ix_event", "event", ["id", "day"], unique=True)'
MEND = "DELETE FROM event WHERE id = 5000"
INVALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1"


def test_duplicates_in_one_partition_take_all_of_the_index_back(accounts: Service) -> None:
    accounts.execute(PARTS)
    before = accounts.database.dump()
    revision = accounts.revision(WHOLE)
    outcome = accounts.upgrade()
    assert outcome.code == 5, outcome
    assert "Key (id, day)=(5000, 15) is duplicated" in outcome.told
    assert accounts.database.dump() == before
    accounts.execute(MEND)
    outcome = accounts.upgrade()
    assert outcome.code == 0, outcome
    assert accounts.index_is_valid("ix_event") is True
    assert accounts.rows(INVALID) == []
    assert accounts.safemigrate("rollback", revision).code == 0
    assert accounts.database.dump() == before


@pytest.mark.parametrize("verb", ["rollback", "upgrade"])
def test_a_build_of_a_partition_that_was_killed_goes_either_way(
    accounts: Service, blocker: Blockers, verb: str
) -> None:  # fmt: skip
    accounts.execute(PARTS + MEND)
    before = accounts.database.dump()
    accounts.revision(WHOLE)
    held = blocker.hold("event_2", LockMode.ROW_EXCLUSIVE)
    running = accounts.start("upgrade", "head")
    fix_blocker.until(lambda: accounts.index_is_valid("event_2_id_day_idx") is False)
    running.send(signal.SIGKILL)
    fix_blocker.until(lambda: accounts.backends() == [])
    held.release()
    assert accounts.index_is_valid("event_1_id_day_idx") is True
    assert accounts.index_is_valid("ix_event") is False
    outcome = accounts.safemigrate(*(["upgrade", "head"] if verb == "upgrade" else [verb]))
    assert outcome.code == 0, outcome
    if verb == "upgrade":
        assert accounts.rows(INVALID) == []
        assert accounts.index_is_valid("ix_event") is True
    else:
        assert accounts.database.dump() == before


@pytest.mark.parametrize(
    ("what", "mode", "copy"),
    [
        ("TABLE acct", LockMode.ROW_EXCLUSIVE, "acct_pkey_ccnew"),
        ("INDEX acct_pkey", LockMode.ROW_EXCLUSIVE, "acct_pkey_ccnew"),
        ("INDEX acct_pkey", LockMode.ACCESS_SHARE, "acct_pkey_ccold"),
    ],
)
def test_the_copies_of_a_reindex_that_was_killed_are_cleared_by_the_next(
    accounts: Service, blocker: Blockers, what: str, mode: LockMode, copy: str
) -> None:
    accounts.execute("CREATE INDEX ix_balance ON acct (balance)")
    before = accounts.database.dump()
    accounts.revision(f'op.execute("REINDEX {what}")')
    held = blocker.hold("acct", mode)
    running = accounts.start("upgrade", "head")
    fix_blocker.until(lambda: accounts.index_is_valid(copy) is False)
    running.send(signal.SIGKILL)
    fix_blocker.until(lambda: accounts.backends() == [])
    held.release()
    assert (copy,) in accounts.rows(INVALID)
    outcome = accounts.upgrade()
    assert outcome.code == 0, outcome
    assert accounts.rows(INVALID) == []
    assert accounts.database.dump() == before


def test_an_invalid_index_of_other_keys_is_no_copy_whatever_its_name(accounts: Service) -> None:
    accounts.execute("CREATE INDEX ix_balance ON acct (balance); CREATE INDEX ix_balance_ccnew ON acct (email)")
    accounts.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_balance_ccnew'::regclass")
    accounts.revision('op.execute("REINDEX INDEX ix_balance")')
    assert accounts.upgrade().code == 0
    assert accounts.rows(INVALID) == [("ix_balance_ccnew",)]


@pytest.mark.parametrize("verb", ["rollback", "resume"])
def test_a_detach_that_was_stopped_while_it_waits_goes_either_way(
    accounts: Service, blocker: Blockers, verb: str
) -> None:  # fmt: skip
    accounts.execute(PARTS)
    accounts.revision('op.execute("ALTER TABLE event DETACH PARTITION event_2")')
    before = accounts.database.dump()
    held = blocker.session()
    held.connection.execute("LOCK TABLE ONLY event IN ACCESS SHARE MODE")
    running = accounts.start("upgrade", "head")
    named = running.until("progress", lambda event: f"waiting for pid {held.pid}" in event["text"])
    assert named["total"] == 0
    running.send(signal.SIGTERM)
    assert running.finish().code == 143
    held.release()
    outcome = accounts.safemigrate(verb)
    assert outcome.code == 0, outcome
    if verb == "rollback":
        assert accounts.database.dump() == before
    else:
        assert accounts.rows("SELECT conname FROM pg_constraint WHERE conrelid = 'event_2'::regclass") == []
        assert accounts.value("SELECT relispartition FROM pg_class WHERE relname = 'event_2'") is False


def test_a_detach_does_not_queue_behind_who_reads_the_partition_itself(accounts: Service, blocker: Blockers) -> None:
    """It ends with ACCESS EXCLUSIVE on the partition: whoever came after would wait as well."""
    accounts.execute(PARTS)
    accounts.revision('op.execute("ALTER TABLE event DETACH PARTITION event_2")')
    held = blocker.hold("event_2")
    running = accounts.start("upgrade", "head")
    seen = running.until("step_waiting", lambda event: event["seconds"] > 1)
    assert [each["pid"] for each in seen["blockers"]] == [held.pid]
    assert accounts.rows("SELECT FROM pg_locks WHERE NOT granted") == []
    held.release()
    outcome = running.finish()
    assert outcome.code == 0, outcome
    assert accounts.value("SELECT relispartition FROM pg_class WHERE relname = 'event_2'") is False


def test_a_row_outside_of_the_bound_leaves_no_check_behind(accounts: Service) -> None:
    accounts.execute(PARTS + "INSERT INTO event_4 VALUES (1, 99, 'outside')")
    before = accounts.database.dump()
    accounts.revision('op.execute("ALTER TABLE event ATTACH PARTITION event_4 FOR VALUES FROM (30) TO (40)")')
    outcome = accounts.upgrade()
    assert outcome.code == 5, outcome
    assert accounts.database.dump() == before
    accounts.execute("DELETE FROM event_4 WHERE day = 99")
    assert accounts.upgrade().code == 0
    assert "safemigrate_" not in accounts.database.dump()
    assert accounts.value("SELECT relispartition FROM pg_class WHERE relname = 'event_4'") is True
