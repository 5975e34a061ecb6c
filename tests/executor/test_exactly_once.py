"""Done once, nothing twice: what is resumed, lost or met again; and nobody queues without knowing for what."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from safemigrate import console, journal, scratch, sql
from safemigrate.executor import events
from tests.executor.test_read_ahead import DRIVERS
from tests.fix_project import Project


def run(database: scratch.Database, text: str) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        cursor = connection.execute(text.encode())
        return cursor.fetchall() if cursor.description else []


@contextmanager
def holding(database: scratch.Database, text: str, seconds: float) -> Iterator[None]:
    """Another session's transaction, in which *text* was executed, for so long."""
    with database.connect(autocommit=False) as connection:
        connection.execute(text.encode())
        timer = threading.Timer(seconds, connection.commit)
        timer.start()
        try:
            yield
        finally:
            timer.join()


@pytest.mark.parametrize(
    "statement",
    [
        "DO $$ BEGIN ALTER TABLE b ALTER v SET STATISTICS 5; EXECUTE 'ALTER TABLE a ADD x int'; END $$",
        "SELECT f() FROM b",
    ],
)
def test_what_may_lock_anything_never_queues_without_lock_timeout(
    project: Project, database: scratch.Database, statement: str
) -> None:
    run(database, "CREATE TABLE a (v int); CREATE TABLE b (v int); INSERT INTO b VALUES (1)")
    run(database, "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN ALTER TABLE a ADD x int; END'")
    project.revision(f'op.execute("{statement}")')
    over, waits = threading.Event(), []

    def read() -> None:
        with database.connect(prepare_threshold=None) as connection:
            while not over.wait(0.01):
                began = time.monotonic()
                connection.execute("SELECT FROM a")
                waits.append(time.monotonic() - began)

    reader = threading.Thread(target=read)
    with holding(database, "SELECT * FROM a", 3):
        reader.start()
        project.safemigrate(database, "upgrade", "head").well()
    over.set()
    reader.join()
    assert max(waits) < 1.8


@pytest.mark.parametrize(
    "first",
    [
        'op.execute("SET search_path TO s")\nop.execute("CREATE TABLE t (v int)")',
        'op.execute("CREATE TABLE hot (v int)")\nop.execute("ALTER TABLE hot RENAME TO t2")\n'
        'op.execute("ALTER TABLE t RENAME TO hot")\nop.execute("ALTER TABLE hot RENAME TO t")',
        'op.execute("CREATE TEMPORARY TABLE t (v int) ON COMMIT DROP")',
    ],
    ids=["another schema", "renamed", "temporary"],
)
def test_a_table_that_was_there_before_is_looked_at_although_a_new_one_had_its_name(
    project: Project, database: scratch.Database, first: str
) -> None:
    run(database, "CREATE SCHEMA s; CREATE TABLE public.t (v int)")
    project.revision(first)
    project.safemigrate(database, "upgrade", "r1")
    project.revision('op.execute("ALTER TABLE t ADD COLUMN x int")')
    run(
        database, "UPDATE alembic_version SET version_num = 'r1'; DELETE FROM alembic_version; DROP TABLE IF EXISTS s.t"
    )
    run(database, "DROP TABLE IF EXISTS t2")
    seen: list[events.Event] = []
    with _heard(seen), holding(database, "SELECT * FROM t", 1.5):
        project.safemigrate(database, "upgrade", "head").well()
    assert any(isinstance(event, events.StepWaiting) for event in seen)


@contextmanager
def _heard(seen: list[events.Event]) -> Iterator[None]:
    original = console.listener

    @contextmanager
    def listener(*arguments: object) -> Iterator[events.Listener]:
        with original(*arguments) as listen:  # type: ignore[arg-type]

            def hear(event: events.Event) -> None:
                seen.append(event)
                listen(event)

            yield hear

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "listener", listener)
        yield


def test_a_resumed_revision_that_makes_up_its_values_does_not_insert_them_twice(
    project: Project, database: scratch.Database
) -> None:
    run(database, "CREATE TABLE a (id uuid); CREATE TABLE b (v int); CREATE SCHEMA s")
    project.revision("""
        import uuid
        n = op.get_bind().execute(sa.text("SELECT count(*) FROM b")).scalar()
        op.execute(f"INSERT INTO a VALUES ('{uuid.uuid4()}')")
        op.execute("CREATE INDEX CONCURRENTLY ib ON b (v)")
        op.execute("SET search_path TO s")
        op.execute("CREATE TABLE c (v int)")
        op.execute("ALTER TABLE public.b ADD COLUMN w int")
    """)
    with holding(database, "SELECT * FROM b", 1.5):
        paused = project.safemigrate(database, "upgrade", "--lock-patience=300ms", "--on-failure=pause", "head")
        run(database, "DROP TABLE s.c; UPDATE safemigrate.step SET state = 'planned' WHERE title = 'create table c'")
    assert paused.code == 6, paused.text
    project.safemigrate(database, "resume").well()
    assert run(database, "SELECT count(*) FROM a") == [(1,)]
    assert run(database, "SELECT to_regclass('s.c') IS NOT NULL, to_regclass('public.c') IS NULL") == [(True, True)]


def test_a_revision_killed_before_its_version_row_is_stamped_although_it_cannot_be_read_ahead_again(
    project: Project, database: scratch.Database
) -> None:
    run(database, "CREATE TABLE old AS SELECT 3 AS v; CREATE TABLE new (v int)")
    project.revision("""
        n = op.get_bind().execute(sa.text("SELECT v FROM old")).scalar()
        op.execute(f"ALTER TABLE new ADD COLUMN x int DEFAULT {n}")
        op.drop_table("old")
    """)
    project.safemigrate(database, "upgrade", "head").well()
    run(database, "UPDATE safemigrate.execution SET state = 'started'; DELETE FROM alembic_version")
    project.safemigrate(database, "upgrade", "head").well()
    assert run(database, "SELECT version_num FROM alembic_version") == [("r1",)]


def test_an_enum_label_that_was_kept_is_added_again_to_a_type_that_was_made_anew(
    project: Project, database: scratch.Database
) -> None:
    run(database, "CREATE TABLE empty (v int)")
    project.revision("op.execute(\"CREATE TYPE kind AS ENUM ('a')\")")
    project.revision("""
        op.execute("ALTER TYPE kind ADD VALUE 'b'")
        op.execute("SELECT 1 / (SELECT count(*) FROM empty)")
    """)
    assert project.safemigrate(database, "upgrade", "head").code == 5
    project.safemigrate(database, "rollback", "r1").well()
    run(database, "INSERT INTO empty VALUES (1)")
    project.safemigrate(database, "upgrade", "head").well()
    assert run(database, "SELECT enum_range(NULL::kind)::text") == [("{a,b}",)]


def test_a_whole_revision_that_commits_within_a_text_is_not_tried_again(
    project: Project, database: scratch.Database
) -> None:
    run(database, "CREATE TABLE a AS SELECT 1 AS v; CREATE TABLE b (v int)")
    project.revision("""
        op.get_bind().execute(sa.text("UPDATE a SET v = v + 1"))
        op.execute("UPDATE a SET v = v + 1; COMMIT")
        op.execute("ALTER TABLE b ADD COLUMN x int")
    """)
    with holding(database, "SELECT * FROM b", 1):
        ended = project.safemigrate(database, "upgrade", "head")
    assert ended.code == 6, ended.text
    assert run(database, "SELECT v FROM a") == [(3,)]


def test_a_step_that_another_session_of_the_run_has_just_done_cannot_be_committed_once_more(
    project: Project, database: scratch.Database
) -> None:
    """A backend that was believed to be gone may commit late: the journal row then refuses the second one."""
    project.revision('op.execute("CREATE TABLE t (v int)")')
    project.safemigrate(database, "upgrade", "head").well()
    run(database, "UPDATE safemigrate.run SET state = 'running'")
    ((number, fingerprint),) = run(database, "SELECT execution, fingerprint FROM safemigrate.step")
    ((name, scope),) = run(database, "SELECT id, scope FROM safemigrate.run")
    assert isinstance(number, int)
    with database.connect() as connection:
        book = journal.Journal(connection, str(scope), str(name))
        with pytest.raises(journal.FencedOff):
            book.mark(number, (str(fingerprint), 0), "done")


@DRIVERS
def test_a_run_goes_on_when_the_server_has_ended_all_its_sessions(
    project: Project, database: scratch.Database, env: str
) -> None:
    project.env(env)
    run(database, "CREATE TABLE a (v int)")
    project.revision('op.execute("ALTER TABLE a ADD b int")\nop.execute("ALTER TABLE a ADD c int")')
    project.revision('op.execute("ALTER TABLE a ADD d int")')
    ended: list[object] = []

    class Killing(list[events.Event]):
        def append(self, event: events.Event) -> None:
            if isinstance(event, events.StepStarted) and not ended:
                ended.extend(
                    run(
                        database,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
                    )
                )

    with _heard(Killing()):
        project.safemigrate(database, "upgrade", "head").well()
    assert len(ended) >= 3
    columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'a'::regclass AND attnum > 0"
    assert run(database, columns) == [(4,)]


def test_two_runs_that_create_the_journal_at_the_same_moment_both_have_it(database: scratch.Database) -> None:
    problems: list[BaseException] = []

    def create() -> None:
        with database.connect() as connection:
            try:
                journal.Journal(connection, "another", "run").create()
            except BaseException as problem:
                problems.append(problem)

    second = threading.Thread(target=create)
    with database.connect() as connection:
        with connection.transaction():
            connection.execute(sql.text("schema"))
            second.start()
            waiting = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            deadline = time.monotonic() + 5
            while not run(database, waiting):
                assert time.monotonic() < deadline, problems
        second.join()
    assert not problems
