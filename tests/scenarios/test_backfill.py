"""Data in batches: every row exactly once, whatever its key is, along an index, and to an end."""

from __future__ import annotations

import itertools

import pytest

from tests import fix_blocker
from tests.scenarios import batches
from tests.scenarios.batches import COUNT_UP, QUICK, SLOW
from tests.scenarios.service import Service


@batches.each_key
@pytest.mark.parametrize("workers", ["1", "3"])
def test_every_row_is_changed_once_along_any_key(service: Service, key: str, workers: str) -> None:
    """D15, D16, D17: +1 on top of +1 would show."""
    batches.things(service, key=key)
    service.revision(COUNT_UP, head=QUICK)
    batches.well(service.upgrade("--workers", workers))
    assert batches.rows(service) == {1: 20_000}
    assert batches.batches(service) > 3


def test_only_the_rows_that_are_meant_are_changed(service: Service) -> None:
    """D15: gaps, negative keys, and the first and the last that there can be."""
    batches.things(service)
    service.execute("INSERT INTO things (id) VALUES (-9223372036854775808), (9223372036854775807), (0)")
    meant = "id % 2 = 0 AND note <> ''"
    others = batches.checksum(service, f"NOT ({meant})")
    service.revision(f'op.execute("UPDATE things SET n = n + 1 WHERE {meant}")', head=QUICK)
    batches.well(service.upgrade())
    assert batches.rows(service) == {0: 10_003, 1: 10_000}
    assert batches.checksum(service, f"NOT ({meant})") == others
    assert batches.key_of(service) == ["id"]


def test_the_size_of_a_batch_follows_its_target_and_the_progress_tells_what_is_left(service: Service) -> None:
    """D15: each row takes a millisecond here, so that a batch of 50 ms has no 50 of them."""
    batches.things(service, 1500)
    service.execute(
        "CREATE FUNCTION costs() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_sleep(0.001); RETURN new; END';"
        "CREATE TRIGGER costs BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION costs()"
    )
    service.revision(COUNT_UP, head='safemigrate_options = {"batch_target": "50ms"}')
    outcome = batches.well(service.upgrade())
    # The first batch is taken on trust.
    assert batches.batches(service) > 1 + 500 / 60
    progress = outcome.named("progress")
    assert all(0 <= before["done"] <= after["done"] for before, after in itertools.pairwise(progress))
    assert {event["total"] for event in progress[:-1]} == {1500}
    told = [event for event in progress if event["eta"] is not None]
    assert told, outcome
    for event in told:
        assert event["done"] / event["rate"] < outcome.finished["seconds"] * 4
        assert event["eta"] == pytest.approx((event["total"] - event["done"]) / event["rate"])
    (done,) = outcome.named("step_done")
    assert done["held"] < 5


def test_the_batches_read_the_table_by_its_key(service: Service) -> None:
    """D16: by (tenant, id), and never the whole of it."""
    batches.things(service, key="composite")
    service.revision(COUNT_UP, head=QUICK)
    read = "SELECT seq_scan::int, seq_tup_read::int, coalesce(idx_tup_fetch, 0)::int FROM pg_stat_user_tables"
    (before,) = service.rows(f"{read} WHERE relname = 'things'")
    batches.well(service.upgrade())
    # A session's counts come in when it has ended, on 14 a moment later.
    fix_blocker.until(lambda: service.value("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'things'"))
    (after,) = service.rows(f"{read} WHERE relname = 'things'")
    assert after[1] - before[1] <= 20_000, "read once, at most, in all"
    assert after[2] - before[2] >= 20_000
    assert batches.key_of(service) == ["tenant", "id"]


@pytest.mark.parametrize("key", ["bigserial", "uuid"])
def test_it_ends_though_rows_come_in_all_the_while(service: Service, key: str) -> None:
    """D17: those that were there are done, those that come in may be, none twice."""
    batches.things(service, 8000, key=key)
    service.execute("ALTER TABLE things ADD old boolean DEFAULT true")
    service.execute("ALTER TABLE things ALTER old SET DEFAULT false")
    batches.slowed(service, 0.5)
    service.revision(COUNT_UP, head=SLOW)
    with batches.beside(service, "INSERT INTO things (note) SELECT 'new' FROM generate_series(1, 10)") as failures:
        batches.well(service.upgrade())
    assert failures == []
    assert service.rows("SELECT DISTINCT n FROM things WHERE old") == [(1,)]
    assert set(batches.rows(service)) == {0, 1}
    assert service.value("SELECT count(*) FROM things WHERE NOT old") > 10


def test_where_the_condition_tells_what_is_done_rows_that_come_in_are_done_as_well(service: Service) -> None:
    """D17: to a fixpoint, where there is one."""
    batches.things(service, 5000, key="uuid", n="NULL")
    batches.slowed(service, 0.5)
    service.revision('op.execute("UPDATE things SET n = 1 WHERE n IS NULL")', head=SLOW)
    with batches.beside(service, "INSERT INTO things (n) VALUES (NULL)"):
        batches.well(service.upgrade())
    assert 2 <= service.value("SELECT max(pass) FROM safemigrate.batch_range") <= 4
    left = batches.rows(service).get(None, 0)
    assert left < service.value("SELECT count(*) FROM things WHERE n = 1 AND note = ''")


def test_it_ends_though_every_row_that_is_done_makes_another_one(service: Service) -> None:
    """D17: where there is no fixpoint, what is left is said."""
    batches.things(service, 500, n="NULL")
    service.execute(
        "CREATE FUNCTION another() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO things (n) VALUES (NULL); RETURN NULL; END';"
        "CREATE TRIGGER another AFTER UPDATE ON things FOR EACH ROW EXECUTE FUNCTION another()"
    )
    service.revision('op.execute("UPDATE things SET n = 1 WHERE n IS NULL")')
    outcome = batches.well(service.upgrade())
    assert service.value("SELECT count(*) FROM things WHERE n IS NULL AND note <> ''") == 0
    batches.noticed(outcome, "500 rows that came in meanwhile meet the condition; they are left alone")


# -- without a key


def test_without_a_key_the_rows_are_done_by_place_where_the_condition_tells_which_are_done(service: Service) -> None:
    """D18: and the table is read a few times, not once for each batch."""
    batches.things(service, 20_000, key="none", n="nullif(i % 2, 0)")
    service.revision('op.execute("UPDATE things SET n = 5 WHERE n IS NULL")', head=QUICK)
    assert "by ctid" in batches.planned(service)
    read = "SELECT seq_tup_read::int FROM pg_stat_user_tables WHERE relname = 'things'"
    before = service.value(read)
    batches.well(service.upgrade())
    assert batches.rows(service) == {1: 10_000, 5: 10_000}
    assert batches.key_of(service) == []
    assert batches.batches(service) > 3
    fix_blocker.until(lambda: service.value("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'things'"))
    assert service.value(read) - before < 8 * 20_000


def test_rows_that_move_while_they_are_done_by_place_are_found_again(service: Service) -> None:
    """D18: an update of the application's moves a row behind the batches."""
    batches.things(service, 10_000, key="none", n="NULL")
    service.execute("CREATE INDEX ON things (id)")
    batches.slowed(service, 0.5)
    service.revision('op.execute("UPDATE things SET n = 5 WHERE n IS NULL")', head=SLOW)
    some = "SELECT (1 + random() * 9999)::int FROM generate_series(1, 9)"
    move = f"UPDATE things SET note = note || 'y' WHERE id IN ({some})"
    with batches.beside(service, move) as failures:
        batches.well(service.upgrade())
    assert failures == []
    assert batches.rows(service) == {5: 10_000}


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE things SET n = n + 1", "the table has no key, and without WHERE nothing tells which rows are done"),
        ("UPDATE things SET n = n + 1 WHERE n >= 0", "the table has no key, and changed rows meet the condition"),
    ],
    ids=["no condition", "a condition that stays true"],
)
def test_without_a_key_it_is_done_as_written_where_nothing_tells_what_is_done(
    service: Service, statement: str, why: str
) -> None:
    """D18: said, and done once."""
    batches.things(service, key="none")
    service.revision(f'op.execute("{statement}")', head=QUICK)
    plan = batches.planned(service)
    outcome = batches.well(service.upgrade())
    assert why in plan or batches.noticed(outcome, why, "done as written, in one transaction")
    assert batches.rows(service) == {1: 20_000}


def test_a_unique_index_over_columns_that_are_not_null_is_a_key(service: Service) -> None:
    """D18."""
    batches.things(service, key="none")
    service.execute("ALTER TABLE things ALTER id SET NOT NULL; CREATE UNIQUE INDEX ON things (id)")
    service.revision(COUNT_UP, head=QUICK)
    batches.well(service.upgrade())
    assert batches.rows(service) == {1: 20_000}
    assert batches.key_of(service) == ["id"]


@pytest.mark.parametrize(
    "made",
    ["CREATE UNIQUE INDEX ON things (id)", "ALTER TABLE things ALTER id SET NOT NULL; CREATE INDEX ON things (id)",
     "ALTER TABLE things ALTER id SET NOT NULL; CREATE UNIQUE INDEX ON things (id) WHERE id > 5"],
    ids=["may be null", "not unique", "of some rows"],
)  # fmt: skip
def test_what_is_no_key_is_not_taken_for_one(service: Service, made: str) -> None:
    """D18."""
    batches.things(service, 100, key="none")
    service.execute(made)
    service.revision(COUNT_UP)
    assert "the table has no key" in batches.planned(service)
    batches.well(service.upgrade())
    assert batches.rows(service) == {1: 100}
