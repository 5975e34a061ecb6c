"""n = n + 1 over a whole table ends at exactly +1 for every row, whatever becomes of our sessions and our process."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from safemigrate import scratch
from tests.executor.child import KILLED, Children, Event, Fault, die
from tests.fix_project import Project
from tests.fix_proxy import Proxy

ROWS = 20_000
CHANCE = random.Random(5)
OURS = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'safemigrate/%'
   AND EXISTS (SELECT FROM safemigrate.batch_range WHERE NOT finished)
"""
OPTIONS = 'safemigrate_options = {"batch_target": "20ms", "batch_pause": 1500, "workers": %d}'


@pytest.fixture
def table(database: scratch.Database) -> scratch.Database:
    """A table of ROWS rows with n = 0."""
    with database.connect() as connection:
        connection.execute("CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0, filler text)")
        connection.execute(
            "INSERT INTO t (id, filler) SELECT 3 * i, repeat('x', 60) FROM generate_series(1, %s) AS i", [ROWS]
        )
    with database.connect(autocommit=True) as connection:
        connection.execute("ANALYZE t")
    return database


@pytest.fixture
def increment(project: Project) -> Callable[[int], Project]:
    """A revision that adds one to each row, with so many workers."""

    def made(workers: int) -> Project:
        project.revision('op.execute("UPDATE t SET n = n + 1")', head=OPTIONS % workers)
        return project

    return made


def check_once(database: scratch.Database) -> None:
    with database.connect() as connection:
        assert connection.execute("SELECT n, count(*) FROM t GROUP BY n").fetchall() == [(1, ROWS)]
        (image,) = connection.execute("SELECT count(*) FROM safemigrate.image_1_0").fetchone() or (None,)
        assert image == ROWS
        changed = connection.execute("SELECT sum(rows_changed), bool_and(finished) FROM safemigrate.batch_range")
        assert changed.fetchall() == [(ROWS, True)]


@contextmanager
def every(seconds: float, database: scratch.Database, act: Callable[[list[int]], object]) -> Iterator[list[int]]:
    """While there are batches to do, *act* on the pids of our sessions every so many seconds; how many there were."""
    ended = threading.Event()
    met: list[int] = []

    def loop() -> None:
        with psycopg.connect(database.dsn, autocommit=True) as connection:
            while not ended.wait(seconds * (0.5 + CHANCE.random())):
                if connection.execute("SELECT to_regclass('safemigrate.pause')").fetchone() == (None,):
                    continue
                if pids := [pid for (pid,) in connection.execute(OURS)]:
                    met.append(len(pids))
                    act(pids)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield met
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize("workers", [1, 2])
def test_each_row_is_changed_once_while_our_sessions_are_terminated(
    table: scratch.Database, increment: Callable[[int], Project], workers: int
) -> None:
    def terminate(pids: list[int]) -> None:
        with psycopg.connect(table.dsn, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [CHANCE.choice(pids)])

    project = increment(workers)
    with every(0.1, table, terminate) as met:
        project.safemigrate(table, "upgrade", "head").well()
    assert len(met) > 2
    check_once(table)


@dataclass
class KilledByChance(Fault):
    """Dies some moment after its batches began."""

    after: float

    def happened(self, event: Event) -> None:
        if event["event"] == "step_started":
            timer = threading.Timer(self.after, die)
            timer.daemon = True
            timer.start()


@pytest.mark.parametrize("workers", [1, 2])
def test_each_row_is_changed_once_when_the_process_is_killed_again_and_again(
    table: scratch.Database, increment: Callable[[int], Project], tmp_path: Path, workers: int
) -> None:
    project = increment(workers)
    children = Children(table.url, tmp_path, project.folder / "alembic.ini")
    chance = random.Random(workers)
    kills = 0
    try:
        while children.run("upgrade", "head", fault=KilledByChance(0.1 * chance.random()))[0] == KILLED:
            kills += 1
            assert kills < 60
        assert children.all[-1].wait() == 0, children.all[-1].text
    finally:
        children.end()
    assert kills
    check_once(table)


def test_each_row_is_changed_once_when_the_wire_is_cut(
    table: scratch.Database, increment: Callable[[int], Project], proxy: Proxy
) -> None:
    project = increment(2)
    project.environment["SAFEMIGRATE_URL"] = proxy.dsn(table.dsn)
    with every(0.25, table, lambda _pids: proxy.cut()) as met:
        project.safemigrate(table, "upgrade", "head").well()
    assert max(met) > 2
    check_once(table)


@dataclass
class Interrupted(Fault):
    """Gets SIGTERM some moment after its batches began."""

    after: float

    def happened(self, event: Event) -> None:
        if event["event"] == "step_started":
            timer = threading.Timer(self.after, os.kill, [os.getpid(), signal.SIGTERM])
            timer.daemon = True
            timer.start()


def test_a_signal_ends_it_between_two_batches_and_resume_goes_on(
    table: scratch.Database, increment: Callable[[int], Project], tmp_path: Path
) -> None:
    project = increment(2)
    children = Children(table.url, tmp_path, project.folder / "alembic.ini")
    try:
        children.must("upgrade", "head", fault=Interrupted(0.3), code=143)
        with table.connect() as connection:
            found = connection.execute("SELECT count(*) FROM t WHERE n = 1").fetchone()
        assert found is not None
        assert 0 < found[0] < ROWS
        children.must("resume")
    finally:
        children.end()
    check_once(table)


def test_a_killed_undo_goes_on_where_it_stood(table: scratch.Database, project: Project, tmp_path: Path) -> None:
    project.revision('op.execute("UPDATE t SET n = n + 1")\nop.execute("SELECT 1 / 0")', head=OPTIONS % 1)
    children = Children(table.url, tmp_path, project.folder / "alembic.ini")
    try:
        assert children.run("upgrade", "head", fault=KilledInUndo(0.05))[0] == KILLED
        code, child = children.run("rollback", fault=KilledInUndo(0.05))
        while code == KILLED:
            code, child = children.run("rollback", fault=KilledInUndo(0.15))
        assert code == 0, child.text
    finally:
        children.end()
    with table.connect() as connection:
        assert connection.execute("SELECT n, count(*) FROM t GROUP BY n").fetchall() == [(0, ROWS)]
        assert connection.execute("SELECT to_regclass('safemigrate.image_1_0')").fetchall() == [(None,)]


class KilledInUndo(KilledByChance):
    """Dies some moment after the taking back began."""

    def happened(self, event: Event) -> None:
        if event["event"] == "undo_started":
            super().happened({**event, "event": "step_started"})
