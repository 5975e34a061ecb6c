"""What a user can do about batches: ask for them, pause them, take them back."""

from __future__ import annotations

import re

import pytest

from tests import fix_blocker
from tests.fix_blocker import Blockers
from tests.scenarios import batches
from tests.scenarios.batches import COUNT_UP, QUICK, SLOW
from tests.scenarios.service import Service

OPS = "import safemigrate.ops"

DIRECTIVES = {
    "update": (
        'op.batched_update("things", {"n": sa.text("n * 2"), "note": "done"}, "n > 100")',
        "SELECT count(*)::int FROM things WHERE n > 200 AND note = 'done' AND n % 2 = 0",
        4900,
    ),
    "delete": ('op.batched_delete("things", sa.column("n") <= 4000)', "SELECT count(*)::int FROM things", 1000),
    "backfill": (
        'op.backfill("things", {"old": sa.text("n + 1")})',
        "SELECT count(*)::int FROM things WHERE old = CASE WHEN n % 5 = 0 THEN 0 ELSE n + 1 END",
        5000,
    ),
}

directives = pytest.mark.parametrize("name", list(DIRECTIVES))


def numbered(service: Service, rows: int = 5000) -> None:
    """Things with the numbers from 1 in ``n``, and ``old``, which is there in every fifth."""
    batches.things(service, rows, n="i")
    service.execute("ALTER TABLE things ADD old int; UPDATE things SET old = 0 WHERE n % 5 = 0")


# -- the directives


@directives
def test_a_directive_is_done_in_batches_however_small_the_table(service: Service, name: str) -> None:
    text, asked, expected = DIRECTIVES[name]
    numbered(service)
    service.project.environment["SAFEMIGRATE_SMALL_TABLE"] = "1000000"
    service.revision(text, head=f"{OPS}\n{QUICK}")
    assert "batches" in batches.planned(service)
    batches.well(service.upgrade("--workers", "2"))
    assert service.value(asked) == expected
    assert batches.key_of(service) == ["id"]
    assert batches.batches(service) > 2


@directives
def test_a_directive_is_taken_back(service: Service, name: str) -> None:
    numbered(service)
    before = batches.checksum(service)
    revision = service.revision(DIRECTIVES[name][0], head=f"{OPS}\n{QUICK}")
    batches.well(service.upgrade())
    assert batches.checksum(service) != before
    batches.well(service.safemigrate("rollback", revision))
    assert batches.checksum(service) == before
    assert service.heads == []
    assert service.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'image%'") == 0


@directives
def test_a_directive_is_taken_back_when_a_later_step_fails(service: Service, name: str) -> None:
    numbered(service)
    before = batches.checksum(service)
    revision = service.revision(f'{DIRECTIVES[name][0]}\nop.execute("SELECT 1 / 0")', head=f"{OPS}\n{QUICK}")
    outcome = service.upgrade()
    assert outcome.code == 5, outcome
    assert outcome.error["state"] == "its done step was taken back; the database is as before it"
    assert batches.checksum(service) == before
    assert service.journal(revision) == ("undone", ["undone", "planned"])


def test_a_directive_goes_along_the_key_that_it_names(service: Service) -> None:
    numbered(service)
    service.execute("ALTER TABLE things ALTER n SET NOT NULL; CREATE UNIQUE INDEX ON things (n)")
    service.revision('op.batched_update("things", {"note": "x"}, key="n")', head=OPS)
    batches.well(service.upgrade())
    assert batches.key_of(service) == ["n"]
    assert service.value("SELECT count(*) FROM things WHERE note = 'x'") == 5000


# -- pause and resume


def test_pause_and_resume_while_it_runs(service: Service) -> None:
    batches.things(service, 10_000)
    batches.slowed(service, 2)
    service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service)
    batches.well(service.safemigrate("pause", "--reason", "a sale"))
    throttled = running.until("throttled", lambda event: event["seconds"] > 0.5)
    assert re.fullmatch("paused by postgres since .*: a sale", throttled["reason"])
    stood = batches.rows(service)
    assert 0 < stood[1] < 10_000
    running.until("throttled", lambda event: event["seconds"] > throttled["seconds"])
    assert batches.rows(service) == stood
    said = batches.well(service.safemigrate("resume"))
    batches.noticed(said, "a sale", "goes on")
    outcome = batches.well(running.finish())
    assert batches.rows(service) == {1: 10_000}
    (done,) = outcome.named("step_done")
    assert done["held"] < 2, "a batch was committed before it stood still"


def test_a_killed_run_that_was_paused_stays_paused_until_resume(service: Service) -> None:
    batches.things(service, 10_000)
    batches.slowed(service, 2)
    service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service)
    batches.well(service.safemigrate("pause"))
    running.until("throttled")
    running.process.kill()
    running.finish()
    assert "paused by postgres" in batches.status(service)
    batches.well(service.safemigrate("resume"))
    assert batches.rows(service) == {1: 10_000}


# -- before-images


def test_rollback_puts_back_the_rows_of_a_revision_that_was_done_and_leaves_what_others_changed(
    service: Service,
) -> None:
    batches.things(service, 5000, n="i")
    revision = service.revision('op.execute("UPDATE things SET n = -n, note = id::text")', head=QUICK)
    others = "note NOT LIKE 'theirs%' AND n <> 47110"
    before = batches.checksum(service, "n NOT IN (7, 8, 9)")
    batches.well(service.upgrade())
    service.execute(
        "UPDATE things SET note = 'theirs' WHERE n = -7; UPDATE things SET n = 47110 WHERE n = -8;"
        "DELETE FROM things WHERE n = -9; INSERT INTO things (n, note) VALUES (-10000, 'theirs too')"
    )
    outcome = batches.well(service.safemigrate("rollback", revision))
    batches.noticed(outcome, "3 rows were changed by others since, and are left as they are")
    assert batches.checksum(service, others) == before
    assert service.rows("SELECT n, note = 'theirs' FROM things WHERE note = 'theirs'") == [(-7, True)]
    assert service.value("SELECT count(*) FROM things WHERE n = 47110 AND note = id::text") == 1
    assert service.value("SELECT count(*) FROM things WHERE note = 'theirs too'") == 1


def test_deleted_rows_come_back_unless_others_took_their_place(service: Service) -> None:
    batches.things(service, 5000, n="i")
    before = batches.checksum(service, "n <> 7")
    first = service.value("SELECT id FROM things WHERE n = 7")
    revision = service.revision('op.execute("DELETE FROM things WHERE n < 2500")', head=QUICK)
    batches.well(service.upgrade())
    service.execute(f"INSERT INTO things (id, n, note) VALUES ({first}, 7, 'theirs')")
    outcome = batches.well(service.safemigrate("rollback", revision))
    batches.noticed(outcome, "left as they are")
    assert batches.checksum(service, "n <> 7") == before
    assert service.value("SELECT note FROM things WHERE n = 7") == "theirs"


def test_rows_that_others_have_locked_are_put_back_when_they_are_free(service: Service, blocker: Blockers) -> None:
    batches.things(service, 3000, n="i")
    before = batches.checksum(service)
    revision = service.revision('op.execute("UPDATE things SET n = -n")', head=QUICK)
    batches.well(service.upgrade())
    held = blocker.row_lock("things")
    running = service.start("rollback", revision)
    seen = running.until("step_waiting")
    assert [who["pid"] for who in seen["blockers"]] == [held.pid]
    fix_blocker.until(lambda: service.value("SELECT count(*) FROM things WHERE n > 0") == 2999)
    held.release()
    batches.well(running.finish())
    assert batches.checksum(service) == before


def test_without_images_it_is_a_point_of_no_return_and_said_to_be_one(service: Service) -> None:
    batches.things(service, 5000, n="i")
    revision = service.revision(f'{COUNT_UP}\nop.execute("SELECT 1 / 0")', head=QUICK)
    assert "no return" not in batches.planned(service)
    service.project.environment["SAFEMIGRATE_BEFORE_IMAGES"] = "false"
    plan = batches.planned(service)
    assert "no return" in plan
    assert "the former values of things" in plan
    outcome = service.upgrade()
    assert outcome.code == 6, outcome
    assert "past its point of no return" in outcome.told
    assert any("the former values of things" in line for line in outcome.detailed("cannot return"))
    assert service.value("SELECT min(n) FROM things") == 2
    assert service.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'image%'") == 0
    service.edit(revision, "1 / 0", "1")
    batches.well(service.safemigrate("resume"))
    assert service.value("SELECT min(n) FROM things") == 2
    assert service.safemigrate("rollback", revision).code == 2


def test_images_that_are_gone_are_said_to_be_gone_and_nothing_is_changed(service: Service) -> None:
    batches.things(service, 3000)
    revision = service.revision(COUNT_UP, head=QUICK)
    batches.well(service.upgrade())
    service.execute("DROP TABLE safemigrate.image_1_0")
    outcome = service.safemigrate("rollback", revision)
    assert outcome.code != 0
    assert "before-images are not kept any more" in outcome.told
    assert batches.rows(service) == {1: 3000}
    assert service.heads == [revision]
