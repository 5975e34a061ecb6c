"""Reading a revision without a database: what is recorded, what is answered, what is told of what was not reached."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import subprocess
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import create_async_engine

from safemigrate.capture import nowhere, offline
from safemigrate.capture.offline import Gap, Offline


@pytest.fixture
def read() -> Iterator[Callable[[Callable[[], object]], Offline]]:
    engine = nowhere.engine(15)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context), engine.connect() as own:
            yield lambda migrate: offline.read(migrate, context, own, __file__)


def texts(record: Offline) -> list[str]:
    return [each.statement.sql for each in record.sent]


def test_everything_that_passes_is_recorded_with_its_line(read: Callable[..., Offline]) -> None:
    def upgrade() -> None:
        op.execute("SELECT 1; DELETE FROM a")
        op.get_bind().exec_driver_sql("UPDATE b SET x = 1")
        with op.batch_alter_table("c") as batch:
            batch.drop_column("y")
            batch.drop_column("z")

    record = read(upgrade)
    assert texts(record) == [
        "SELECT 1",
        "DELETE FROM a",
        "UPDATE b SET x = 1",
        "ALTER TABLE c DROP COLUMN y",
        "ALTER TABLE c DROP COLUMN z",
    ]
    first = inspect.getsourcelines(upgrade)[1]
    lines = [each.statement.origin.line - first for each in record.sent if each.statement.origin]
    assert lines == [1, 1, 2, 4, 5]
    assert not record.gaps


def test_each_autocommit_block_has_its_own_number(read: Callable[..., Offline]) -> None:
    def upgrade() -> None:
        op.execute("UPDATE a SET x = 1")
        for name in ("i", "j"):
            with op.get_context().autocommit_block():
                op.execute(f"DROP INDEX CONCURRENTLY {name}")
        op.execute("UPDATE b SET x = 1")

    assert [each.autocommit for each in read(upgrade).sent] == [0, 1, 2, 0]


def test_empty_tables_answer_and_the_reading_goes_on(read: Callable[..., Offline]) -> None:
    seen = []

    def upgrade() -> None:
        bind = op.get_bind()
        seen.append(bind.scalar(sa.text("SELECT count(*) FROM a")))
        seen.append(bind.execute(sa.text("SELECT id, name FROM a")).fetchall())
        seen.append(bind.scalar(sa.text("SELECT EXISTS (SELECT 1 FROM a)")))
        seen.append((bind.dialect.name, bind.dialect.server_version_info))
        bind.execute(sa.text("UPDATE a SET x = :x"), {"x": "it's"})

    record = read(upgrade)
    assert seen == [0, [], False, ("postgresql", (15, 0))]
    assert texts(record) == ["UPDATE a SET x = 'it''s'"]
    assert len(record.reads) == 3
    assert "reads back" not in record.whole
    assert "writes data through get_bind()" in record.whole


def test_a_session_of_the_orm_is_recorded(read: Callable[..., Offline]) -> None:
    base = orm.declarative_base()

    class Account(base):  # type: ignore[misc, valid-type]
        __tablename__ = "accounts"
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.Text)

    def upgrade() -> None:
        session = orm.Session(bind=op.get_bind())
        session.add(Account(name="a"))
        session.flush()
        for account in session.query(Account):
            session.delete(account)  # there is none
        session.execute(sa.update(Account).values(name="b"))

    record = read(upgrade)
    assert not record.gaps
    assert [text.split()[0] for text in texts(record)] == ["INSERT", "UPDATE"]


def test_what_ends_a_revision_early_is_a_gap_at_its_line(read: Callable[..., Offline]) -> None:
    def upgrade() -> None:
        op.execute("UPDATE a SET x = 1")
        op.get_bind().execute(sa.text("SELECT id FROM a")).one()

    record = read(upgrade)
    assert texts(record) == ["UPDATE a SET x = 1"]
    (gap,) = record.gaps
    assert gap.line == inspect.getsourcelines(upgrade)[1] + 2
    assert gap.why.startswith("NoResultFound")


def test_a_revision_that_calls_itself_forever_is_a_gap(read: Callable[..., Offline]) -> None:
    def upgrade() -> None:
        upgrade()

    assert read(upgrade).gaps == [Gap("it calls itself without an end")]


@pytest.mark.parametrize("leave", [lambda: os.system("true"), lambda: subprocess.run(["true"]), lambda: exit(3)])
def test_a_revision_starts_no_program_and_does_not_end_ours(
    read: Callable[..., Offline], leave: Callable[[], object]
) -> None:
    def upgrade() -> None:
        op.execute("UPDATE a SET x = 1")
        leave()

    record = read(upgrade)
    assert texts(record) == ["UPDATE a SET x = 1"]
    assert len(record.gaps) == 1


def test_commits_through_the_bind_stand_where_they_come(read: Callable[..., Offline]) -> None:
    def upgrade() -> None:
        op.execute("UPDATE a SET x = 1")
        op.get_bind().commit()
        op.execute("UPDATE b SET x = 1")
        op.get_bind().rollback()

    assert texts(read(upgrade)) == ["UPDATE a SET x = 1", "COMMIT", "UPDATE b SET x = 1", "ROLLBACK"]


def test_a_connection_of_its_own_leads_nowhere_too(read: Callable[..., Offline]) -> None:
    def upgrade() -> None:
        with op.get_bind().engine.begin() as connection:
            connection.execute(sa.text("UPDATE a SET x = 1"))

    record = read(upgrade)
    assert "UPDATE a SET x = 1" in texts(record)
    assert record.whole == "opens a connection of its own"


def test_within_the_block_every_engine_leads_nowhere() -> None:
    engine = nowhere.engine(17)
    elsewhere = sa.create_engine("postgresql+psycopg://nobody@256.256.256.256/nothing")
    with nowhere.instead(engine):
        with elsewhere.connect() as connection:
            assert connection.dialect.server_version_info == (17, 0)
            assert connection.execute(sa.text("SELECT a FROM b")).fetchall() == []
        with sa.create_engine("driver://user:pass@localhost/dbname").begin() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        for url in ("driver://user:pass@localhost/dbname", ""):
            with sa.create_engine(url).connect() as connection:
                assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        made = sa.create_engine("postgresql+psycopg2://h/d", isolation_level="AUTOCOMMIT", pool_size=3)
        assert made.url.database == "d"
        with made.connect() as connection:
            assert connection.get_isolation_level() == "AUTOCOMMIT"
    with pytest.raises(sa.exc.NoSuchModuleError):
        sa.create_engine("driver://user:pass@localhost/dbname")


def test_within_the_block_an_asynchronous_engine_leads_nowhere() -> None:
    engine = create_async_engine("postgresql+asyncpg://nobody@256.256.256.256/nothing")

    async def ask() -> object:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda sync: sync.exec_driver_sql("SELECT count(*) FROM a").scalar())

    with nowhere.instead(nowhere.engine(14)):
        assert asyncio.run(ask()) == 0


def test_nothing_is_logged_or_left_listening(read: Callable[..., Offline], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        read(lambda: op.execute("UPDATE a SET x = 1"))
    assert not caplog.records
    with nowhere.engine(14).connect() as connection:
        assert connection.exec_driver_sql("UPDATE a SET x = 1").rowcount == 0


def test_the_existing_type_of_an_operation_is_kept_beside_its_statement(read: Callable[..., Offline]) -> None:
    def upgrade() -> None:
        op.alter_column("a", "b", type_=sa.Text(), existing_type=sa.String(40))
        op.alter_column("a", "c", type_=sa.Text())
        with op.batch_alter_table("a") as batch:
            batch.alter_column("d", type_=sa.BigInteger(), existing_type=sa.Integer())
        op.execute("ALTER TABLE a ALTER e TYPE text")

    assert [each.existing_type for each in read(upgrade).sent] == ["VARCHAR(40)", "", "INTEGER", ""]
