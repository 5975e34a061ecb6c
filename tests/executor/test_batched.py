"""Batched steps end to end: what they meet while they run, and what becomes of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from safemigrate import scratch
from tests.fix_blocker import Blockers, until
from tests.fix_project import Ended, Project

ROWS = 12_000
QUICK = 'safemigrate_options = {"batch_target": "10ms", "lock_patience": "%s"}'


@pytest.fixture
def table(database: scratch.Database) -> scratch.Database:
    """The table t: a third of its rows has n NULL."""
    with database.connect(autocommit=True) as connection:
        connection.execute("CREATE TABLE t (id bigint PRIMARY KEY, n integer, note text NOT NULL DEFAULT '')")
        connection.execute(
            "INSERT INTO t SELECT i, nullif(i %% 3, 0), 'n' || i FROM generate_series(1, %s) AS i", [ROWS]
        )
        connection.execute("ANALYZE t")
    return database


@pytest.fixture
def run(table: scratch.Database, project: Project) -> Callable[..., Ended]:
    """Upgrades by one revision of these statements."""

    def upgraded(*statements: str, patience: str = "20s", arguments: tuple[str, ...] = ()) -> Ended:
        text = "\n".join(f"op.execute({statement!r})" for statement in statements)
        project.revision(text, head=QUICK % patience)
        return project.safemigrate(table, "upgrade", "head", *arguments)

    return upgraded


def one(database: scratch.Database, query: str) -> object:
    with database.connect() as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row and len(row) == 1 else row


@contextmanager
def meanwhile(database: scratch.Database, act: Callable[[psycopg.Connection], object]) -> Iterator[None]:
    """*act* again and again while a batched step runs."""
    over = threading.Event()

    def loop() -> None:
        with psycopg.connect(database.dsn, autocommit=True) as connection:
            while not over.wait(0.002):
                act(connection)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def begun(database: scratch.Database) -> bool:
    """Whether the batches have begun."""
    with database.connect(autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('safemigrate.pause')").fetchone() == (None,):
            return False
        return connection.execute("SELECT FROM safemigrate.batch_range WHERE batches > 0").fetchone() is not None


# -- what is locked


def test_a_locked_row_is_visited_again_and_its_holder_is_shown(
    table: scratch.Database, run: Callable[..., Ended], blocker: Blockers
) -> None:
    holder = blocker.session()
    holder.connection.execute("UPDATE t SET note = 'theirs' WHERE id IN (7, 5000)")

    def release() -> None:
        until(lambda: one(table, "SELECT count(*) FROM t WHERE n = 9") == ROWS - 2, seconds=60)
        time.sleep(0.5)
        holder.connection.execute("COMMIT")

    thread = threading.Thread(target=release)
    thread.start()
    ended = run("UPDATE t SET n = 9").well()
    thread.join()
    assert f"pid {holder.pid}" in ended.out
    assert one(table, "SELECT count(*) FROM t WHERE n = 9") == ROWS
    assert one(table, "SELECT count(*) FROM t WHERE note = 'theirs'") == 2
    assert one(table, "SELECT count(*) FROM safemigrate.batch_skipped") == 0


def test_a_row_that_stays_locked_ends_the_step_and_all_is_put_back(
    table: scratch.Database, run: Callable[..., Ended], blocker: Blockers
) -> None:
    holder = blocker.session()
    holder.connection.execute("SELECT FROM t WHERE id = 7 FOR UPDATE")
    ended = run("UPDATE t SET n = 9", patience="1s")
    assert ended.code == 4, ended.text
    assert f"pid {holder.pid}" in ended.err
    assert one(table, "SELECT count(*) FROM t WHERE n = 9") == 0
    assert one(table, "SELECT to_regclass('safemigrate.image_1_0')") is None


def test_a_locked_table_is_waited_for(table: scratch.Database, run: Callable[..., Ended], blocker: Blockers) -> None:
    def lock() -> None:
        until(lambda: begun(table), seconds=60)
        holder = blocker.session()
        holder.connection.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        time.sleep(1.5)
        holder.connection.execute("COMMIT")

    thread = threading.Thread(target=lock)
    thread.start()
    run("UPDATE t SET n = 9, note = md5(note) || repeat('x', 500)").well()
    thread.join()
    assert one(table, "SELECT count(*) FROM t WHERE n = 9") == ROWS


def test_what_a_foreign_key_refers_to_stays_locked_and_its_holder_is_named(
    table: scratch.Database, run: Callable[..., Ended], blocker: Blockers
) -> None:
    with table.connect() as connection:
        connection.execute("CREATE TABLE allowed (n integer PRIMARY KEY); INSERT INTO allowed VALUES (1), (2), (9)")
        connection.execute("ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES allowed")
    holder = blocker.session()
    holder.connection.execute("SELECT FROM allowed WHERE n = 9 FOR UPDATE")
    ended = run("UPDATE t SET n = 9", patience="2s")
    assert ended.code == 4, ended.text
    assert f"pid {holder.pid}" in ended.err
    assert "safemigrate locks allowed" in ended.err
    assert one(table, "SELECT count(*) FROM t WHERE n = 9") == 0


# -- what changes meanwhile


def test_rows_that_come_in_meanwhile_are_done_where_the_condition_tells_them(
    table: scratch.Database, run: Callable[..., Ended]
) -> None:
    def insert(connection: psycopg.Connection) -> None:
        if begun(table):
            connection.execute("INSERT INTO t SELECT max(id) + 1 FROM t")

    with meanwhile(table, insert):
        ended = run("UPDATE t SET n = 0 WHERE n IS NULL").well()
    left = one(table, "SELECT count(*) FROM t WHERE n IS NULL")
    assert one(table, "SELECT max(pass) FROM safemigrate.batch_range") in (2, 3, 4), ended.text
    assert one(table, f"SELECT count(*) FROM t WHERE id <= {ROWS} AND n IS NULL") == 0
    assert isinstance(left, int)
    assert left < one(table, "SELECT count(*) FROM t WHERE n = 0")  # type: ignore[operator]


def test_the_application_goes_on_and_nothing_of_its_own_is_lost(
    table: scratch.Database, run: Callable[..., Ended]
) -> None:
    with table.connect() as connection:
        connection.execute("ALTER TABLE t ADD clicks integer NOT NULL DEFAULT 0")
        connection.execute("UPDATE t SET n = 0")
    clicks = 0

    def click(connection: psycopg.Connection) -> None:
        nonlocal clicks
        connection.execute("UPDATE t SET clicks = clicks + 1 WHERE id = %s", [1 + 37 * clicks % ROWS])
        clicks += 1

    with meanwhile(table, click):
        run("UPDATE t SET n = n + 1").well()
    assert one(table, "SELECT sum(clicks) FROM t") == clicks
    assert one(table, "SELECT min(n), max(n), count(*) FROM t") == (1, 1, ROWS)


# -- the way back


def test_what_the_application_changed_since_is_left_alone(
    table: scratch.Database, run: Callable[..., Ended], project: Project
) -> None:
    others = "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t WHERE id NOT IN (5, 6)"
    before = one(table, others)
    failed = run("UPDATE t SET n = 9, note = 'changed'", "SELECT 1 / 0", arguments=("--on-failure", "pause"))
    assert failed.code == 6, failed.text
    with table.connect() as connection:
        connection.execute("UPDATE t SET n = 77 WHERE id = 5")
        connection.execute("DELETE FROM t WHERE id = 6")
    ended = project.safemigrate(table, "rollback").well()
    assert "2 rows were changed by others since" in ended.out
    assert one(table, others) == before
    assert one(table, "SELECT n, note FROM t WHERE id = 5") == (77, "changed")
    assert one(table, "SELECT to_regclass('safemigrate.image_1_0')") is None


def test_a_delete_is_taken_back_row_by_row(table: scratch.Database, run: Callable[..., Ended]) -> None:
    with table.connect() as connection:
        connection.execute("ALTER TABLE t ADD twice integer GENERATED ALWAYS AS (n * 2) STORED")
        connection.execute("ALTER TABLE t ADD number integer GENERATED ALWAYS AS IDENTITY")
    before = one(table, "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t")
    ended = run("DELETE FROM t WHERE n = 1", "SELECT 1 / 0")
    assert ended.code == 5, ended.text
    assert one(table, "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t") == before
    assert one(table, "SELECT count(*) FROM pg_class WHERE relname LIKE 'image%'") == 0


def test_a_deleted_row_that_may_not_come_back_is_named(table: scratch.Database, project: Project) -> None:
    with table.connect() as connection:
        connection.execute("CREATE TABLE owner (id bigint PRIMARY KEY); INSERT INTO owner SELECT id FROM t")
        connection.execute("ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES owner")
    project.revision('op.execute("DELETE FROM t WHERE n = 1")')
    project.safemigrate(table, "upgrade", "head").well()
    with table.connect() as connection:
        connection.execute("DELETE FROM owner WHERE id = 7")
    ended = project.safemigrate(table, "rollback", "r1")
    assert ended.code == 6, ended.text
    assert "Key (id)=(7) is not present" in ended.err
    with table.connect() as connection:
        connection.execute("INSERT INTO owner VALUES (7)")
    project.safemigrate(table, "rollback").well()
    assert one(table, "SELECT count(*) FROM t") == ROWS


def test_images_are_dropped_when_they_are_old(table: scratch.Database, project: Project) -> None:
    project.revision('op.execute("UPDATE t SET n = 9")')
    project.revision("pass")
    project.safemigrate(table, "upgrade", "r1").well()
    assert one(table, "SELECT count(*) FROM safemigrate.image_1_0") == ROWS
    project.safemigrate(table, "upgrade", "r2", "--keep-images", "0s").well()
    assert one(table, "SELECT to_regclass('safemigrate.image_1_0')") is None


def test_a_rollback_without_images_takes_nothing_back_unless_the_loss_is_accepted(
    table: scratch.Database, project: Project
) -> None:
    project.revision('op.execute("UPDATE t SET n = 9")\nop.execute("ALTER TABLE t ADD later integer")')
    project.safemigrate(table, "upgrade", "head").well()
    with table.connect() as connection:
        connection.execute("DROP TABLE safemigrate.image_1_0")
    ended = project.safemigrate(table, "rollback", "r1")
    assert ended.code == 2, ended.text
    assert "its before-images are not kept any more" in ended.err
    columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'later'"
    assert one(table, columns) == 1
    project.safemigrate(table, "rollback", "r1", "--accept-loss").well()
    assert one(table, columns) == 0
    assert one(table, "SELECT count(*) FROM t WHERE n = 9") == ROWS


# -- without a key


def test_without_a_key_a_condition_that_says_what_is_done_is_enough(
    table: scratch.Database, run: Callable[..., Ended]
) -> None:
    with table.connect() as connection:
        connection.execute("ALTER TABLE t DROP CONSTRAINT t_pkey")
    run("UPDATE t SET n = 0 WHERE n IS NULL").well()
    assert one(table, "SELECT count(*) FROM t WHERE n = 0") == ROWS // 3
    assert one(table, "SELECT sum(batches) > 1 FROM safemigrate.batch_range") is True


def test_without_a_key_and_with_a_condition_that_stays_true_it_is_done_as_written(
    table: scratch.Database, run: Callable[..., Ended]
) -> None:
    with table.connect() as connection:
        connection.execute("ALTER TABLE t DROP CONSTRAINT t_pkey")
    ended = run("UPDATE t SET n = n + 1 WHERE n IS NOT NULL").well()
    assert "no key" in ended.out
    assert one(table, "SELECT count(*) FILTER (WHERE n = 2), count(*) FILTER (WHERE n = 3) FROM t") == (
        ROWS // 3,
        ROWS // 3,
    )


# -- bad luck


def test_a_full_disk_pauses_and_resume_goes_on(
    table: scratch.Database, run: Callable[..., Ended], project: Project
) -> None:
    with table.connect() as connection:
        connection.execute("CREATE TABLE disk (full_at bigint)")
        connection.execute("INSERT INTO disk VALUES (9000)")
        connection.execute(
            "CREATE FUNCTION fills() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF new.id >= (SELECT full_at FROM disk) THEN"
            " RAISE 'could not extend file: no space left on device' USING ERRCODE = '53100'; END IF;"
            " RETURN new; END $$"
        )
        connection.execute("CREATE TRIGGER fills BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fills()")
    ended = run("UPDATE t SET n = coalesce(n, 0) + 10")
    assert ended.code == 6, ended.text
    assert "no space left" in ended.err
    done = one(table, "SELECT count(*) FROM t WHERE n >= 10")
    assert 0 < int(str(done)) < ROWS
    with table.connect() as connection:
        connection.execute("DELETE FROM disk")
    project.safemigrate(table, "resume").well()
    assert one(table, "SELECT min(n), max(n), count(*) FROM t") == (10, 12, ROWS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ALTER TABLE t DROP COLUMN n", "column n of table t is not there"),
        ("ALTER TABLE t RENAME TO gone", "not there any more"),
    ],
)
def test_what_somebody_drops_meanwhile_ends_in_a_clear_error(
    table: scratch.Database, run: Callable[..., Ended], change: str, words: str
) -> None:
    def drop() -> None:
        until(lambda: begun(table), seconds=60)
        with table.connect() as connection:
            connection.execute(change.encode())

    thread = threading.Thread(target=drop)
    thread.start()
    ended = run("UPDATE t SET n = 9, note = md5(note) || repeat('x', 900)")
    thread.join()
    assert ended.code == 6, ended.text
    assert words in ended.err
    assert "resume" in ended.err or "rollback" in ended.err
    assert one(table, "SELECT count(*) > 0 FROM safemigrate.image_1_0") is True


def test_events_tell_how_far_it_is(table: scratch.Database, run: Callable[..., Ended]) -> None:
    ended = run("UPDATE t SET n = 9", arguments=("--json",)).well()
    events = [json.loads(line) for line in ended.out.splitlines()]
    progress = [event for event in events if event["event"] == "progress"]
    assert progress
    assert all(event["total"] >= event["done"] for event in progress)


def test_workers_share_the_table(table: scratch.Database, run: Callable[..., Ended]) -> None:
    run("UPDATE t SET n = coalesce(n, 0) + 10", arguments=("--workers", "3")).well()
    assert one(table, "SELECT min(n), max(n), count(*) FROM t") == (10, 12, ROWS)
    assert one(table, "SELECT count(*) > 6 FROM safemigrate.batch_range") is True
