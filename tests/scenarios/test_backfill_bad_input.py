"""What batches meet that they cannot do, or not now: said clearly, and nothing lost."""

from __future__ import annotations

import pytest
from psycopg import conninfo

from tests.scenarios import batches
from tests.scenarios.batches import COUNT_UP, QUICK, SLOW
from tests.scenarios.service import Service

DISK = """
    CREATE TABLE disk (full_at int);
    INSERT INTO disk VALUES (1500);
    CREATE FUNCTION fills() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF old.n >= (SELECT full_at FROM disk) THEN
            RAISE 'could not extend file "base/1/2": No space left on device' USING ERRCODE = '53100';
        END IF;
        RETURN new;
    END $$;
    CREATE TRIGGER fills BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION fills()
"""


# -- what is no table that can be cut


def test_a_view_is_done_as_written_with_a_note(service: Service) -> None:
    batches.things(service, 3000)
    service.execute("CREATE VIEW seen AS SELECT * FROM things")
    service.revision('op.execute("UPDATE seen SET n = n + 1")')
    plan = batches.planned(service)
    batches.well(service.upgrade())
    assert "as written, in one transaction: seen is a view" in plan
    assert batches.rows(service) == {1: 3000}


@pytest.mark.matrix
def test_a_foreign_table_is_done_as_written_with_a_note(service: Service, pg_version: int) -> None:
    """The embedded 16 and 18 come without postgres_fdw; the others of the matrix have it, or this fails."""
    batches.things(service, 3000)
    if not service.rows("SELECT FROM pg_available_extensions WHERE name = 'postgres_fdw'"):
        assert pg_version in (16, 18)
        pytest.skip("this server has no postgres_fdw")
    here = conninfo.conninfo_to_dict(service.database.dsn)
    service.execute(
        "CREATE EXTENSION postgres_fdw; CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw"
        f" OPTIONS (host '{here['host']}', port '{here['port']}', dbname '{here['dbname']}');"
        f"CREATE USER MAPPING FOR postgres SERVER there OPTIONS (user 'postgres', password '{here['password']}');"
        "CREATE FOREIGN TABLE far (id bigint, n int) SERVER there OPTIONS (table_name 'things')"
    )
    service.revision('op.execute("UPDATE far SET n = n + 1")')
    assert "as written, in one transaction: far is a foreign table" in batches.planned(service)
    batches.well(service.upgrade())
    assert batches.rows(service) == {1: 3000}


def test_a_foreign_table_that_cannot_be_written_fails_as_the_server_says(service: Service) -> None:
    service.execute("CREATE FOREIGN DATA WRAPPER none; CREATE SERVER none FOREIGN DATA WRAPPER none")
    service.execute("CREATE FOREIGN TABLE far (id bigint, n int) SERVER none")
    service.revision('op.batched_update("far", {"n": 1})', head="import safemigrate.ops")
    assert "far is a foreign table" in batches.planned(service)
    outcome = service.upgrade()
    assert outcome.code == 5, outcome
    assert "has no handler" in outcome.told
    assert "the database is as before it" in outcome.error["state"]


def test_row_level_security_that_hides_rows_is_said_and_nothing_passes_for_done(service: Service) -> None:
    """As its owner's batches would see some of the rows only, so would the statement as written."""
    batches.things(service, 3000, n="i")
    service.deployed_by("deploy")
    service.execute(
        "ALTER TABLE things OWNER TO deploy; ALTER TABLE things ENABLE ROW LEVEL SECURITY;"
        "ALTER TABLE things FORCE ROW LEVEL SECURITY; CREATE POLICY large ON things USING (n > 1000)"
    )
    service.revision('op.batched_update("things", {"note": "seen"})', head="import safemigrate.ops")
    assert "row-level security hides rows of the table from us" in batches.planned(service)
    batches.well(service.upgrade())
    assert service.value("SELECT count(*) FROM things WHERE note = 'seen'") == 2000
    assert batches.key_of(service) is None


def test_a_table_that_is_not_there_is_said_before_anything_is_done(service: Service) -> None:
    service.revision('op.batched_update("missing", {"n": 1})', head="import safemigrate.ops")
    outcome = service.upgrade()
    assert outcome.code == 5, outcome
    assert 'relation "missing" does not exist' in outcome.told


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE things SET n = 1 WHERE random() < 0.5", "its condition calls random, which is volatile"),
        ("UPDATE things SET n = (SELECT max(n) FROM things) + 1", "it reads its own table"),
        ("UPDATE things SET id = id + 1", "it sets the key that it would be cut along"),
        ("UPDATE things SET n = 1 RETURNING id", "it has RETURNING"),
        ("WITH w AS (SELECT 1) UPDATE things SET n = 1", "it has a WITH query"),
    ],
)
def test_what_cannot_be_batched_is_done_as_written_and_says_why(service: Service, statement: str, why: str) -> None:
    batches.things(service, 300)
    service.revision(f'op.execute("{statement}")')
    assert f"as written, in one transaction: {why}" in batches.planned(service)
    batches.well(service.upgrade())
    assert batches.key_of(service) is None


# -- what goes wrong on the way


def test_a_condition_that_never_becomes_false_ends_all_the_same(service: Service) -> None:
    """A trigger puts back what the batches have set."""
    batches.things(service, 3000, n="NULL")
    service.execute(
        "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.n := NULL; RETURN new; END';"
        "CREATE TRIGGER never BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION never()"
    )
    service.revision("""op.execute("UPDATE things SET n = 1, note = note || 'y' WHERE n IS NULL")""", head=QUICK)
    batches.well(service.upgrade())
    assert service.rows("SELECT DISTINCT n, note FROM things") == [(None, "x" * 50 + "y")], "once"


def full_disk(service: Service, *arguments: str) -> str:
    """A run that came to the end of its disk; its revision."""
    batches.things(service, 3000, n="i")
    service.execute(DISK)
    revision = service.revision('op.execute("UPDATE things SET n = -n")', head=QUICK)
    outcome = service.upgrade(*arguments)
    assert outcome.code == 6, outcome
    assert outcome.error["what"] == "update things stands still"
    assert "No space left on device" in outcome.told
    assert "the batches that are done are kept and journalled" in outcome.error["state"]
    assert outcome.error["next"] == "mend the cause and safemigrate resume, or safemigrate rollback"
    assert service.journal(revision) == ("paused", ["intent"])
    assert 0 < service.value("SELECT count(*) FROM things WHERE n < 0") < 3000
    return revision


@pytest.mark.parametrize("workers", ["1", "3"])
def test_a_full_disk_stops_the_batches_and_resume_goes_on(service: Service, workers: str) -> None:
    revision = full_disk(service, "--workers", workers)
    status = batches.status(service)
    assert f"half done   upgrade of {revision}, paused" in status
    assert "update things stands still" in status
    again = service.safemigrate("resume")
    assert again.code == 6, "the disk is still full"
    service.execute("UPDATE disk SET full_at = 1000000")
    batches.well(service.safemigrate("resume"))
    assert service.rows("SELECT min(n), max(n), count(DISTINCT n)::int FROM things") == [(-3000, -1, 3000)]


def test_a_full_disk_stops_the_batches_and_rollback_puts_back(service: Service) -> None:
    revision = full_disk(service)
    service.execute("DROP TRIGGER fills ON things")
    batches.well(service.safemigrate("rollback"))
    assert service.rows("SELECT min(n), max(n), count(DISTINCT n)::int FROM things") == [(1, 3000, 3000)]
    assert service.journal(revision) == ("undone", ["undone"])
    assert service.heads == []


@pytest.mark.parametrize(
    ("away", "words", "back"),
    [
        ("ALTER TABLE things RENAME n TO m", "column n of table things is not there any more",
         "ALTER TABLE things RENAME m TO n"),
        ("ALTER TABLE things RENAME TO gone", "table things is not there any more",
         "ALTER TABLE gone RENAME TO things"),
    ],
    ids=["column", "table"],
)  # fmt: skip
def test_what_somebody_takes_away_meanwhile_is_named_and_when_it_is_back_resume_goes_on(
    service: Service, away: str, words: str, back: str
) -> None:
    batches.things(service, 10_000)
    batches.slowed(service, 1)
    revision = service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service)
    service.execute(away)
    outcome = running.finish()
    assert outcome.code == 6, outcome
    assert words in outcome.told
    assert "resume" in outcome.error["next"]
    assert service.journal(revision) == ("paused", ["intent"])
    assert words in batches.status(service)
    again = service.safemigrate("resume")
    assert again.code != 0
    assert words in again.told
    service.execute(back)
    batches.well(service.safemigrate("resume"))
    assert batches.rows(service) == {1: 10_000}


def test_as_long_as_a_column_is_gone_what_it_was_is_kept(service: Service) -> None:
    batches.things(service, 10_000)
    batches.slowed(service, 1)
    revision = service.revision(COUNT_UP, head=SLOW)
    running = batches.at_work(service)
    service.execute("DROP TRIGGER slowly ON things; ALTER TABLE things DROP COLUMN n")
    assert running.finish().code == 6
    for _ in range(2):
        outcome = service.safemigrate("rollback")
        assert outcome.code == 6, outcome
        assert "column n of table things is not there any more" in outcome.told
        assert service.value("SELECT count(*) FROM safemigrate.image_1_0") > 0
    service.execute("ALTER TABLE things ADD n int")
    batches.noticed(batches.well(service.safemigrate("rollback")), "rows were changed by others since")
    assert service.journal(revision)[0] == "undone"
