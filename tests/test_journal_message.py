"""A step, its journal row and its COMMIT in one message: all of it happens, or nothing."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from safemigrate import journal, scratch


@pytest.fixture
def connection(database: scratch.Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        yield connection


@pytest.fixture
def execution(connection: psycopg.Connection) -> tuple[journal.Journal, int]:
    """A journal with a run and one planned step, "f"."""
    made = journal.Journal(connection, "public.alembic_version", "run")
    made.create()
    made.open_run(direction="upgrade", target="head", host="here", version="1")
    number = made.begin("0001", "upgrade", mode="steps", source="", reads=False, steps=[])
    connection.execute(
        "INSERT INTO safemigrate.step (execution, ordinal, fingerprint, occurrence, kind, title, sql)"
        " VALUES (%s, 0, 'f', 0, 'transaction', 'a step', 'CREATE TABLE made ()')",
        [number],
    )
    return made, number


def test_the_step_and_its_row_are_committed_together(
    connection: psycopg.Connection, execution: tuple[journal.Journal, int]
) -> None:
    made, number = execution
    made.mark(number, ("f", 0), "done", first="BEGIN; CREATE TABLE made () -- a comment at the end")
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert made.state_of(number, ("f", 0)) == ("done", 0)
    assert connection.execute("SELECT to_regclass('made') IS NOT NULL").fetchone() == (True,)


def test_a_run_that_was_fenced_off_commits_neither(
    connection: psycopg.Connection, execution: tuple[journal.Journal, int]
) -> None:
    made, number = execution
    connection.execute("UPDATE safemigrate.run SET state = 'lost'")
    with pytest.raises(journal.FencedOff):
        made.mark(number, ("f", 0), "done", first="BEGIN; CREATE TABLE made ()")
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert made.state_of(number, ("f", 0)) == ("planned", 0)
    assert connection.execute("SELECT to_regclass('made') IS NULL").fetchone() == (True,)


def test_a_division_by_zero_of_the_steps_own_is_not_taken_for_the_fence(
    execution: tuple[journal.Journal, int],
) -> None:
    made, number = execution
    with pytest.raises(psycopg.errors.DivisionByZero):
        made.mark(number, ("f", 0), "done", first="BEGIN; SELECT 1 / 0")
    assert made.state_of(number, ("f", 0)) == ("planned", 0)
