"""SIGINT and SIGTERM while a step waits or works: it ends cleanly, the journal is true, and resume completes it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from safemigrate import scratch
from tests.executor import history
from tests.executor.child import Child, Children
from tests.fix_blocker import Blockers
from tests.fix_blocker import blocker as blocker
from tests.fix_project import Project

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}

TABLES = """
    op.execute("CREATE TABLE work (id integer PRIMARY KEY, n integer NOT NULL)")
    op.execute("INSERT INTO work SELECT n, 0 FROM generate_series(1, 5) AS n")
    op.execute("CREATE TABLE pace (seconds float8 NOT NULL)")
    op.execute("INSERT INTO pace VALUES (600)")
"""
FIRST = 'op.execute("ALTER TABLE pace ADD COLUMN note text")\n'

BLOCKED = FIRST + 'op.execute("ALTER TABLE work ADD COLUMN note text")'
INDEX = FIRST + (
    'with op.get_context().autocommit_block():\n    op.execute("CREATE INDEX CONCURRENTLY work_n ON work (n)")'
)
LONG = FIRST + 'op.execute("UPDATE work SET n = n + 1 WHERE (SELECT count(pg_sleep(seconds)) FROM pace) > 0")'

Begin = Callable[[Blockers, Children], Child]


def gate(blocker: Blockers, children: Children) -> Child:
    """A run that waits in the gate."""
    blocker.idle_in_transaction("work")
    child = children.start("upgrade", "head")
    child.until("step_waiting")
    return child


def snapshot(blocker: Blockers, children: Children) -> Child:
    """A run whose concurrent build waits for an old snapshot."""
    blocker.snapshot()
    child = children.start("upgrade", "head")
    build = "SELECT FROM pg_stat_progress_create_index WHERE phase = 'waiting for old snapshots'"
    with blocker.observer() as connection:
        child.awaits(lambda: connection.execute(build).fetchone() is not None, "build that waits")
    return child


def statement(blocker: Blockers, children: Children) -> Child:
    """A run in the middle of a long UPDATE."""
    child = children.start("upgrade", "head")
    update = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name LIKE 'safemigrate/%'"
    with blocker.observer() as connection:
        child.awaits(lambda: connection.execute(update).fetchone() is not None, "UPDATE at work")
    return child


@pytest.mark.parametrize("number", list(CODES), ids=lambda number: number.name)
@pytest.mark.parametrize(
    ("revision", "begin"), [(BLOCKED, gate), (INDEX, snapshot), (LONG, statement)], ids=["gate", "build", "statement"]
)
def test_a_signal_ends_the_step_cleanly_and_resume_completes_the_revision(
    database: scratch.Database,
    project: Project,
    blocker: Blockers,
    tmp_path: Path,
    revision: str,
    begin: Begin,
    number: signal.Signals,
) -> None:
    project.revision(TABLES)
    project.revision(revision)
    children = Children(database.url, tmp_path, project.folder / "alembic.ini")
    try:
        children.must("upgrade", "r1")
        child = begin(blocker, children)
        child.send(number)
        assert child.wait(20) == CODES[number]

        assert history.left(database) == []
        with database.connect() as connection:
            states = connection.execute("SELECT state FROM safemigrate.run ORDER BY started_at").fetchall()
            assert states == [("done",), ("interrupted",)]
            steps = connection.execute("SELECT state FROM safemigrate.step WHERE execution = 2 ORDER BY ordinal")
            first, *others = [state for (state,) in steps]
            assert first == "done"
            assert "done" not in others
            assert connection.execute("SELECT sum(n) FROM work").fetchone() == (0,)
            assert history.heads(database) == ["r1"]
            blocker.release()
            connection.execute("UPDATE pace SET seconds = 0")

        children.must("resume")
        assert history.heads(database) == ["r2"]
        assert history.left(database) == []
        with database.connect() as connection:
            assert connection.execute("SELECT DISTINCT state FROM safemigrate.step").fetchall() == [("done",)]
            assert connection.execute("SELECT sum(n) FROM work").fetchone() == (5 if begin is statement else 0,)
    finally:
        children.end()
