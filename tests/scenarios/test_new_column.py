"""A column with a value of its own in every row, NOT NULL and unique, added to a large table that is in use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from safemigrate import scratch
from tests import fix_project
from tests.executor.child import KILLED, Children
from tests.scenarios.test_splits_resume import KilledAtEdge
from tests.scenarios.traffic import traffic

COLUMN = 'sa.Column("token", sa.Uuid(), nullable=False, server_default=sa.func.gen_random_uuid())'
ADD = f'op.add_column("things", {COLUMN})'
UNIQUE = 'op.create_unique_constraint("ux_token", "things", ["token"])'

TABLE = """
    CREATE TABLE things (id bigserial PRIMARY KEY, n integer NOT NULL DEFAULT 0, note text);
    INSERT INTO things (note) SELECT repeat('x', 60) FROM generate_series(1, {rows});
    ANALYZE things
"""

QUERIES = [
    "INSERT INTO things (note) VALUES ('new')",
    "UPDATE things SET n = n + 1 WHERE id = 1 + (random() * 50000)::int",
    "SELECT count(*) FROM things WHERE id BETWEEN 1000 AND 1100",
]

SMALL = ("--small-table", "0")


def prepare(twins: fix_project.Twins, rows: int) -> None:
    twins.project.revision(f"op.execute({TABLE.format(rows=rows)!r})")
    twins.both("upgrade", "head")
    twins.project.environment["SAFEMIGRATE_SMALL_TABLE"] = "0"


def check_filled(twins: fix_project.Twins, rows: int) -> None:
    """Every row has a value of its own, and the schema is plain Alembic's."""
    with twins.ours.connect() as connection:
        counted = connection.execute("SELECT count(*), count(token), count(DISTINCT token) FROM things").fetchall()
    ((there, filled, distinct),) = counted
    assert there >= rows
    assert filled == distinct == there
    twins.project.alembic(twins.plain, "upgrade", "head").well()
    assert twins.ours.dump() == twins.plain.dump()


@contextmanager
def strong_locks(database: scratch.Database) -> Iterator[list[str]]:
    """Statements that were met reading rows with ACCESS EXCLUSIVE or SHARE on the table: none is what is wanted.

    Met twice by looks that are 50 ms apart, that is; one that is over at once is not one that reads.
    """
    over, met = threading.Event(), list[str]()
    query = """
        SELECT a.pid, a.xact_start, a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.relation = 'things'::regclass AND l.mode IN ('AccessExclusiveLock', 'ShareLock') AND l.granted
          AND a.state = 'active'
    """

    def look() -> None:
        before: set[tuple[object, ...]] = set()
        with psycopg.connect(database.dsn, autocommit=True, application_name="observer") as connection:
            while not over.wait(0.05):
                seen = set(connection.execute(query).fetchall())
                met.extend(str(row[2]) for row in before & seen)
                before = seen

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield met
    finally:
        over.set()
        thread.join(20)


@pytest.mark.parametrize("more", [(), (UNIQUE,)], ids=["not null", "unique as well"])
def test_under_traffic_no_request_fails_and_every_row_gets_a_value_of_its_own(
    twins: fix_project.Twins, more: tuple[str, ...]
) -> None:
    """Item 3: inserts and updates go on all the while, and nobody waits for a scan."""
    prepare(twins, 60_000)
    twins.project.revision("\n".join([ADD, *more]))
    with strong_locks(twins.ours) as met, traffic(twins.ours.dsn, QUERIES) as felt:
        twins.project.safemigrate(twins.ours, "upgrade", "head").well()
    assert felt.failures == []
    assert felt.worst() < 2
    assert met == []
    with twins.ours.connect() as connection:
        inserted = connection.execute("SELECT count(*) FROM things WHERE note = 'new'").fetchone()
    assert inserted is not None
    assert inserted[0] > 5
    check_filled(twins, 60_000)


def test_killed_in_each_of_its_parts_and_resumed_it_ends_as_plain_alembic(
    twins: fix_project.Twins, tmp_path: Path
) -> None:
    """Item 3: at the edges of each part."""
    prepare(twins, 3000)
    twins.project.revision(f"{ADD}\n{UNIQUE}")
    children = Children(twins.ours.url, tmp_path, twins.project.folder / "alembic.ini")
    kills, number, verb = 0, 1, ["upgrade", "head", *SMALL]
    try:
        while children.run(*verb, fault=KilledAtEdge(number))[0] == KILLED:
            kills += 1
            number, verb = (2 if number == 1 else 1), ["resume", *SMALL]
            assert kills < 60
        assert children.all[-1].wait() == 0, children.all[-1].text
    finally:
        children.end()
    assert kills > 8
    check_filled(twins, 3000)


def test_killed_in_any_of_its_parts_and_rolled_back_it_is_as_before(twins: fix_project.Twins, tmp_path: Path) -> None:
    """Item 3, the other way: schema and rows."""
    prepare(twins, 500)
    before = twins.ours.dump(), twins.ours.checksum()
    twins.project.revision(f"{ADD}\n{UNIQUE}")
    children = Children(twins.ours.url, tmp_path, twins.project.folder / "alembic.ini")
    number = 1
    try:
        while children.run("upgrade", "head", *SMALL, fault=KilledAtEdge(number))[0] == KILLED:
            children.must("rollback")
            assert (twins.ours.dump(), twins.ours.checksum()) == before, number
            number += 3  # beginnings and ends of parts, by turns
        assert children.all[-1].wait() == 0, children.all[-1].text
    finally:
        children.end()
    assert number > 8
    check_filled(twins, 500)


def test_a_unique_value_that_is_not_unique_fails_and_all_is_as_before(twins: fix_project.Twins) -> None:
    """Item 3 with a default that gives everybody the same."""
    prepare(twins, 2000)
    before = twins.ours.dump(), twins.ours.checksum()
    twins.project.revision(
        'op.add_column("things", sa.Column("token", sa.Float(), nullable=False,'
        ' server_default=sa.text("floor(random() * 10)")))\n'
        'op.create_unique_constraint("ux_token", "things", ["token"])'
    )
    ended = twins.project.safemigrate(twins.ours, "upgrade", "head")
    assert ended.code == 5, ended.text
    assert "share" in ended.err
    assert (twins.ours.dump(), twins.ours.checksum()) == before
