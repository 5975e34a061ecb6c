"""Batches are interrupted, killed, cut off, their server restarted: each row is changed exactly once all the same."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import conninfo

from safemigrate.scratch import embedded
from tests import fix_blocker, fix_project
from tests.executor.child import KILLED, Children
from tests.executor.test_batched_killed import KilledByChance
from tests.executor.test_lost_server import CommitCutter
from tests.scenarios import batches
from tests.scenarios.batches import COUNT_UP, SLOW
from tests.scenarios.service import Running, Service

OURS = "datname = current_database() AND application_name LIKE 'safemigrate/%'"
TERMINATE = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}"

workers = pytest.mark.parametrize("workers", ["1", "3"])


@pytest.fixture
def own_service(project: fix_project.Project, pg_version: int) -> Iterator[tuple[Service, embedded.Embedded]]:
    """A service on a server of its own, to be restarted at will."""
    project.environment["SAFEMIGRATE_SMALL_TABLE"] = "0"
    with embedded.start(pg_version) as server, server.database() as database:
        service = Service(project, database)
        try:
            yield service, server
        finally:
            service.close()


@pytest.mark.parametrize(
    ("number", "code", "workers"),
    [(signal.SIGTERM, 143, "1"), (signal.SIGTERM, 143, "3"), (signal.SIGINT, 130, "1")],
    ids=["SIGTERM", "SIGTERM to 3 workers", "SIGINT"],
)
def test_a_signal_ends_it_after_a_batch_and_resume_goes_on(
    service: Service, number: signal.Signals, code: int, workers: str
) -> None:
    """D20: documented exit code, journal true, the lock free, nothing of ours left behind."""
    batches.things(service, 10_000)
    batches.slowed(service, 1)
    revision = service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service, "--workers", workers)
    asked = time.monotonic()
    running.send(number)
    outcome = running.finish()
    assert time.monotonic() - asked < 5
    assert outcome.code == code
    assert outcome.error["error"] == "interrupted"
    assert outcome.error["next"] == "safemigrate resume, or safemigrate rollback"
    assert service.journal(revision) == ("paused", ["intent"])
    assert service.backends() == []
    done = batches.rows(service)
    assert done[1] == service.value("SELECT sum(rows_changed)::int FROM safemigrate.batch_range")
    assert 0 < done[1] < 10_000
    assert "half done   upgrade of" in batches.status(service)
    batches.well(service.safemigrate("resume", "--lease-patience", "0"))
    assert batches.rows(service) == {1: 10_000}
    assert service.journal(revision) == ("done", ["done"])


def test_a_signal_while_it_waits_for_a_locked_row_ends_it(service: Service, blocker: fix_blocker.Blockers) -> None:
    """D20 on the second visit."""
    batches.things(service, 2000)
    held = blocker.row_lock("things")
    revision = service.revision(COUNT_UP)
    running = service.start("upgrade", "head")
    running.until("step_waiting")
    running.send(signal.SIGTERM)
    assert running.finish().code == 143
    assert service.journal(revision) == ("paused", ["intent"])
    held.release()
    batches.well(service.safemigrate("resume"))
    assert batches.rows(service) == {1: 2000}


@pytest.mark.parametrize("key", ["composite", "uuid"])
def test_killed_again_and_again_under_traffic_each_row_is_changed_once(
    service: Service, tmp_path: Path, key: str
) -> None:
    """D21: at random moments until it is done, with three workers; what the application writes is not lost."""
    batches.things(service, 10_000, key=key)
    batches.slowed(service, 1)
    service.execute("ALTER TABLE things ADD hits int NOT NULL DEFAULT 0")
    service.revision(COUNT_UP, head=SLOW)
    children = Children(service.url, tmp_path, service.project.folder / "alembic.ini")
    chance, kills = random.Random(3), 0
    hit = "UPDATE things SET hits = hits + 1 WHERE ctid = '(3,3)' OR ctid = '(90,9)'"
    arguments = ["upgrade", "head", "--small-table", "0", "--workers", "3"]
    try:
        with batches.beside(service, hit) as failures:
            while children.run(*arguments, fault=KilledByChance(0.4 * chance.random()))[0] == KILLED:
                kills += 1
                assert kills < 60
        assert children.all[-1].wait() == 0, children.all[-1].text
    finally:
        children.end()
    assert kills > 1
    assert failures == []
    assert batches.rows(service) == {1: 10_000}


def test_killed_and_rolled_back_all_is_as_before(service: Service) -> None:
    """D21, the other way."""
    batches.things(service, 10_000, n="i")
    batches.slowed(service, 1)
    service.revision()
    batches.well(service.upgrade())
    before = batches.checksum(service), service.database.dump()
    revision = service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service)
    running.send(signal.SIGKILL)
    running.finish()
    assert batches.checksum(service) != before[0]
    batches.well(service.safemigrate("rollback"))
    assert (batches.checksum(service), service.database.dump()) == before
    assert service.journal(revision) == ("undone", ["undone"])


@workers
def test_all_our_sessions_terminated_again_and_again_it_goes_on(service: Service, workers: str) -> None:
    """D22: the working ones, the watching one, the one with the one-at-a-time lock."""
    batches.things(service, 10_000)
    batches.slowed(service, 1)
    service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service, "--workers", workers)
    terminated = 0
    while running.process.poll() is None:
        terminated += bool(service.rows(TERMINATE))
        time.sleep(0.2)
    assert terminated > 1
    batches.well(running.finish())
    assert batches.rows(service) == {1: 10_000}


def test_the_server_restarted_in_the_middle_it_goes_on(own_service: tuple[Service, embedded.Embedded]) -> None:
    """D22: immediately, as in a crash, and twice."""
    service, server = own_service
    batches.things(service, 10_000)
    batches.slowed(service, 1)
    service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service, "--workers", "2")
    for _ in range(2):
        server.restart("immediate")
        _one_more(service, running)
    batches.well(running.finish())
    assert batches.rows(service) == {1: 10_000}


def _one_more(service: Service, running: Running) -> None:
    """Wait for another batch, or the end."""
    before = batches.batches(service)
    fix_blocker.until(lambda: batches.batches(service) > before or running.process.poll() is not None, seconds=30)


class BatchCutter(CommitCutter):
    """Cuts at the COMMIT of batches."""

    journalled = b"UPDATE safemigrate.batch_range"


@pytest.mark.parametrize(
    ("arrives", "nth"),
    [pytest.param(True, 2, id="its_answer_is_lost"), pytest.param(False, 3, id="it_never_arrives")],
)
@workers
def test_the_wire_cut_in_the_commit_of_batches_the_journal_decides(
    service: Service, arrives: bool, nth: int, workers: str
) -> None:
    """D22: an ambiguous COMMIT, once in so many batches."""
    batches.things(service, 10_000)
    batches.slowed(service, 0.5)
    service.revision(COUNT_UP, head=SLOW)
    address = conninfo.conninfo_to_dict(service.database.dsn)
    with BatchCutter((str(address["host"]), int(str(address["port"]))), arrives=arrives, nth=nth) as proxy:
        service.url = proxy.url(service.database.dsn)
        batches.well(service.upgrade("--workers", workers))
    assert proxy.cuts > 2
    assert batches.rows(service) == {1: 10_000}
