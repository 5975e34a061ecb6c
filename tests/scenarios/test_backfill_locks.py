"""Rows that the application has locked: batches go round them, and nobody waits for longer than a batch takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests import fix_blocker
from tests.fix_blocker import Blockers
from tests.scenarios import batches
from tests.scenarios.batches import COUNT_UP, QUICK, SLOW
from tests.scenarios.service import Service
from tests.scenarios.traffic import traffic

KEY = "SELECT id FROM things ORDER BY id OFFSET %s LIMIT 1"


def test_a_row_that_is_locked_for_seconds_delays_nobody_and_is_done_in_the_end(
    service: Service, blocker: Blockers
) -> None:
    """D19: the others are done meanwhile, the holder is named, the application feels batches at most."""
    batches.things(service)
    first, second, free = (service.value(KEY, number) for number in (700, 12_000, 15_000))
    held = blocker.session(user="shop", application="checkout")
    held.connection.execute("UPDATE things SET note = 'theirs' WHERE id IN (%s, %s)", [first, second])
    service.revision(COUNT_UP, head=QUICK)
    read, write = (
        f"SELECT n FROM things WHERE id IN ({first}, {free})",
        f"UPDATE things SET note = 'ours' WHERE id = {free}",
    )
    with traffic(service.database.dsn, [read, write]) as felt:
        running = service.start("upgrade", "head")
        seen = running.until("step_waiting", lambda event: event["seconds"] > 1)
        assert batches.rows(service) == {0: 2, 1: 19_998}
        held.connection.execute("COMMIT")
        outcome = batches.well(running.finish())
    assert batches.rows(service) == {1: 20_000}
    assert service.value("SELECT count(*) FROM things WHERE note = 'theirs'") == 2
    (who,) = seen["blockers"]
    assert (who["pid"], who["user"], who["application"]) == (held.pid, "shop", "checkout")
    assert (who["state"], who["relation"]) == ("idle in transaction", "things")
    (done,) = outcome.named("step_done")
    assert done["waited"] > 0.5
    assert felt.failures == []
    assert felt.worst() < 1


def test_only_who_holds_the_row_is_named(service: Service, blocker: Blockers) -> None:
    """D19: not everybody who works on the table."""
    batches.things(service, 3000)
    held = blocker.session()
    held.connection.execute("SELECT FROM things WHERE id = %s FOR NO KEY UPDATE", [service.value(KEY, 5)])
    other = blocker.session()
    other.connection.execute("INSERT INTO things (note) VALUES ('theirs')")
    service.revision(COUNT_UP, head=QUICK)
    running = service.start("upgrade", "head")
    seen = running.until("step_waiting", lambda event: event["seconds"] > 1)
    assert [who["pid"] for who in seen["blockers"]] == [held.pid]
    held.release()
    batches.well(running.finish())


def test_several_holders_of_several_rows_are_outlived_one_after_the_other(service: Service, blocker: Blockers) -> None:
    """D19: patience is for a wait in which nothing goes on."""
    batches.things(service, 3000)
    holders = [blocker.session() for _ in range(3)]
    for number, held in enumerate(holders):
        held.connection.execute("SELECT FROM things WHERE id = %s FOR UPDATE", [service.value(KEY, 900 * number)])
    service.revision(COUNT_UP, head=QUICK)
    running = service.start("upgrade", "head", "--lock-patience", "2s")
    running.until("step_waiting")
    for held in holders:
        time.sleep(0.9)
        held.release()
    batches.well(running.finish())
    assert batches.rows(service) == {1: 3000}


def test_a_row_that_stays_locked_is_given_up_and_resumed_later(service: Service, blocker: Blockers) -> None:
    """D19: with what is done kept, and the one in the way named."""
    batches.things(service, 3000)
    held = blocker.session()
    held.connection.execute("SELECT FROM things WHERE id = %s FOR UPDATE", [service.value(KEY, 5)])
    revision = service.revision(COUNT_UP, head=QUICK)
    outcome = service.upgrade("--lock-patience", "500ms", "--on-failure", "pause")
    assert f"pid {held.pid}, postgres@app, idle in transaction for" in outcome.told
    assert outcome.code == 6, outcome
    assert outcome.error["next"] == "safemigrate resume, or safemigrate rollback"
    assert batches.rows(service) == {0: 1, 1: 2999}
    assert service.journal(revision) == ("paused", ["intent"])
    held.release()
    batches.well(service.safemigrate("resume"))
    assert batches.rows(service) == {1: 3000}


def test_a_row_that_stays_locked_is_terminated_if_so_asked(service: Service, blocker: Blockers) -> None:
    """D19 with --on-blocker terminate."""
    batches.things(service, 3000)
    held = blocker.session(user="shop")
    held.connection.execute("SELECT FROM things WHERE id = %s FOR UPDATE", [service.value(KEY, 5)])
    service.revision(COUNT_UP, head=QUICK)
    outcome = batches.well(service.upgrade("--on-blocker", "terminate", "--blocker-grace", "200ms"))
    (signalled,) = outcome.named("blocker_signalled")
    assert (signalled["blocker"]["pid"], signalled["action"]) == (held.pid, "terminate")
    assert batches.rows(service) == {1: 3000}
    with pytest.raises(psycopg.errors.OperationalError):
        held.connection.execute("SELECT 1")


def test_an_application_that_locks_its_rows_in_the_other_order_never_meets_a_deadlock(service: Service) -> None:
    """D19: a batch waits for no row, so whoever waits for a batch does not wait in a circle."""
    batches.things(service, 20_000)
    service.execute("ALTER TABLE things ADD hits int NOT NULL DEFAULT 0")
    batches.slowed(service, 1)
    service.revision(COUNT_UP, head=SLOW)
    keys = [key for (key,) in service.rows("SELECT id FROM things WHERE abs(id) % 997 < 6 ORDER BY id")]
    hits = [f"UPDATE things SET hits = hits + 1 WHERE id = {key}" for key in keys]
    with batches.beside(service, *hits[::2]) as upwards, batches.beside(service, *hits[::-2]) as downwards:
        outcome = batches.well(service.upgrade("--workers", "2"))
    assert (upwards, downwards) == ([], [])
    assert batches.rows(service) == {1: 20_000}
    assert outcome.named("step_retried") == []


def test_row_after_row_locked_for_a_moment_everywhere_does_not_keep_it_from_its_end(service: Service) -> None:
    """D19: a queue in the application that takes its jobs with FOR UPDATE SKIP LOCKED."""
    batches.things(service, 10_000)
    service.revision(COUNT_UP, head=QUICK)
    with _queue(service) as taken:
        batches.well(service.upgrade())
    assert taken
    assert batches.rows(service) == {1: 10_000}


@contextmanager
def _queue(service: Service) -> Iterator[list[int]]:
    """Three workers that keep some rows locked for a hundredth of a second each; how many they took at a time."""
    over, taken = threading.Event(), list[int]()
    take = "SELECT FROM things WHERE random() < 0.002 FOR UPDATE SKIP LOCKED"

    def work() -> None:
        with psycopg.connect(service.database.dsn) as connection:
            while not over.is_set():
                taken.append(connection.execute(take).rowcount)
                over.wait(0.01)
                connection.commit()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        fix_blocker.until(lambda: len(taken) > 3)
        yield taken
    finally:
        over.set()
        for thread in threads:
            thread.join(20)


def test_the_table_locked_by_somebody_is_waited_for_and_he_is_named(service: Service, blocker: Blockers) -> None:
    """D19 for a whole table; the batches before are kept."""
    batches.things(service)
    batches.slowed(service, 1)
    service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service)
    held = blocker.session()
    held.connection.execute("LOCK TABLE things IN SHARE MODE")
    seen = running.until("step_waiting")
    assert held.pid in [who["pid"] for who in seen["blockers"]]
    held.release()
    batches.well(running.finish())
    assert batches.rows(service) == {1: 20_000}
