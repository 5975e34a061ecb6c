"""Step by step, and still the same: what safemigrate arrives at equals what plain Alembic arrives at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command

from safemigrate.executor import events
from safemigrate.scratch import Database, Server
from tests.migrations import online, sample


@pytest.fixture
def plain(pg_server: Server) -> Iterator[Database]:
    """A second database, for plain Alembic."""
    with pg_server.database() as database:
        yield database


def _heads(database: Database) -> list[str]:
    with database.connect() as connection:
        return sorted(row[0] for row in connection.execute("SELECT version_num FROM alembic_version"))


@pytest.mark.matrix
def test_upgrade_head_arrives_at_the_schema_and_the_rows_of_plain_alembic(database: Database, plain: Database) -> None:
    sample.upgrade(plain)
    tally = online.upgrade(database)
    assert tally.revisions == len(sample.revisions())
    assert database.dump() == plain.dump()
    assert sample.rows(database) == sample.rows(plain)
    assert _heads(database) == _heads(plain)


@pytest.mark.matrix
def test_downgrade_arrives_at_the_schema_of_plain_alembic(database: Database, plain: Database) -> None:
    for target in (database, plain):
        sample.upgrade(target)
    sample.downgrade(plain, "0006_index")
    online.downgrade(database, "0006_index")
    assert database.dump() == plain.dump()
    assert _heads(database) == _heads(plain)


@pytest.mark.matrix
def test_upgrade_head_with_everything_split_arrives_at_the_same(database: Database, plain: Database) -> None:
    sample.upgrade(plain)
    online.upgrade(database, small_table=0)
    assert database.dump() == plain.dump()
    assert sample.rows(database) == sample.rows(plain)
    assert _heads(database) == _heads(plain)


@pytest.mark.matrix
def test_downgrade_with_everything_split_arrives_at_the_same(database: Database, plain: Database) -> None:
    for target in (database, plain):
        sample.upgrade(target)
    sample.downgrade(plain, "0006_index")
    online.downgrade(database, "0006_index", small_table=0)
    assert database.dump() == plain.dump()
    assert _heads(database) == _heads(plain)


def test_every_revision_split_and_taken_back_leaves_what_was_there_before(database: Database) -> None:
    command.ensure_version(sample.config(database))
    taken_back = 0
    for script in sample.revisions():
        # A merge makes one head of two: neither of them is taken back.
        if script.is_merge_point:
            online.upgrade(database, script.revision, small_table=0)
            continue
        before = database.dump(), sample.rows(database)
        online.upgrade(database, script.revision, small_table=0)
        match online.taken_back(database, script.revision, small_table=0):
            case "refused":
                continue
            case "wholly":
                taken_back += 1
                assert sample.rows(database) == before[1], script.revision
                assert database.dump() == before[0] or script.revision in sample.REPRINTED, script.revision
        online.upgrade(database, script.revision, small_table=0)
    assert taken_back > 25


def test_every_single_revision_arrives_at_the_schema_of_plain_alembic(database: Database, plain: Database) -> None:
    for script in sample.revisions():
        sample.upgrade(plain, script.revision)
        online.upgrade(database, script.revision)
        assert database.dump() == plain.dump(), script.revision


def test_a_second_upgrade_finds_nothing_to_do_and_changes_nothing(database: Database) -> None:
    online.upgrade(database)
    before = database.dump()
    seen: list[events.Event] = []
    tally = online.upgrade(database, emit=seen.append)
    assert tally.steps == tally.revisions == 0
    assert seen == []
    assert database.dump() == before


def test_the_journal_has_every_step_done_exactly_once(database: Database) -> None:
    online.upgrade(database)
    with database.connect() as connection:
        executions = connection.execute("SELECT revision, state FROM safemigrate.execution ORDER BY id").fetchall()
        states = {row[0] for row in connection.execute("SELECT state FROM safemigrate.step WHERE kind <> 'session'")}
    assert sorted(revision for revision, _ in executions) == sorted(script.revision for script in sample.revisions())
    assert {state for _, state in executions} == {"done"}
    assert states == {"done"}


def test_no_session_and_no_lock_of_the_run_is_left(database: Database) -> None:
    online.upgrade(database, "0010_not_null")
    with database.connect() as connection:
        left = connection.execute(
            "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'safemigrate/%'"
            " AND datname = current_database()"
        ).fetchall()
        locks = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
    assert left == []
    assert locks == (0,)
