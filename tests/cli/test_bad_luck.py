"""Bad input and bad luck: each has its exit code, and says what happened, how things were left, and what to do."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import conninfo, sql

from safemigrate import scratch
from safemigrate.scratch import embedded
from tests import fix_blocker, fix_pooler, fix_project

TABLE = "op.create_table('accounts', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.Text))"


def says(ended: fix_project.Ended, code: int, *texts: str) -> fix_project.Ended:
    """It ended with *code*, and its error has all three parts and *texts*."""
    assert ended.code == code, ended.text
    for text in (*texts, "\n  state ", "\n  next "):
        assert text in ended.err, ended.text
    assert "Traceback" not in ended.text
    return ended


def change(database: scratch.Database, url: str = "", **parts: str) -> str:
    """The URL of *database* with other *parts*."""
    return scratch.url(conninfo.make_conninfo(database.dsn, **parts)).replace("+psycopg:", url or "+psycopg:")


def test_no_configuration(project: fix_project.Project, database: scratch.Database) -> None:
    (project.folder / "alembic.ini").unlink()
    for verb in ("upgrade head", "downgrade -1", "plan", "status", "resume", "rollback", "locks", "stamp head"):
        says(project.safemigrate(database, *verb.split()), 2, "No 'script_location'", "nothing was changed", "-c path")


@pytest.mark.parametrize("driver", ["+psycopg:", "+psycopg2:", "+asyncpg:", "+psycopg_async:"])
@pytest.mark.parametrize("wrong", ["port", "dbname", "password", "user"])
def test_no_database(project: fix_project.Project, database: scratch.Database, driver: str, wrong: str) -> None:
    if driver in ("+asyncpg:", "+psycopg_async:"):
        project.env(
            """
            import asyncio, os
            from alembic import context
            from sqlalchemy import pool
            from sqlalchemy.ext.asyncio import create_async_engine

            def do(connection):
                context.configure(connection=connection)
                with context.begin_transaction():
                    context.run_migrations()

            async def run():
                engine = create_async_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
                async with engine.connect() as connection:
                    await connection.run_sync(do)

            asyncio.run(run())
            """
        )
    project.revision(TABLE)
    value = str(embedded.free_port()) if wrong == "port" else "wrong"
    url = change(database, driver, **{wrong: value})
    says(project.safemigrate(url, "upgrade", "head"), 2, "could not connect to the database", "nothing was changed")
    if driver == "+psycopg:":
        says(project.safemigrate(url, "status"), 2, "could not connect to the database", "nothing was changed")


def test_a_database_that_is_not_postgresql(project: fix_project.Project) -> None:
    project.revision(TABLE)
    for verb in ("upgrade head", "plan", "status", "rollback", "stamp head"):
        says(project.safemigrate("sqlite://", *verb.split()), 2, "safemigrate is for PostgreSQL", "use alembic")


def test_a_wrong_revision(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(TABLE)
    for verb in ("upgrade", "downgrade", "plan", "rollback", "stamp"):
        says(project.safemigrate(database, verb, "nonsense"), 2, "'nonsense'", "nothing was changed", "history")
    assert "accounts" not in database.dump()


def test_a_database_that_is_ahead_of_the_checkout(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(TABLE)
    path = project.revision("pass")
    project.safemigrate(database, "upgrade", "head").well()
    path.unlink()
    for verb in ("upgrade head", "plan", "status"):
        says(project.safemigrate(database, *verb.split()), 2, "'r2'", "nothing was changed", "checkout")


def test_several_heads(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(TABLE)
    project.revision("op.create_table('left', sa.Column('id', sa.Integer))", name="left", down="r1")
    project.revision("op.create_table('right', sa.Column('id', sa.Integer))", name="right", down="r1")
    says(project.safemigrate(database, "upgrade", "head"), 2, "Multiple head revisions", "safemigrate upgrade heads")
    project.safemigrate(database, "upgrade", "heads").well()


def test_a_range_online(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(TABLE)
    for verb in ("upgrade", "downgrade"):
        says(project.safemigrate(database, verb, "base:head"), 2, "Range revision not allowed", "--sql")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("raise ValueError('on purpose')", "ValueError: on purpose"),
        (
            "op.add_column('accounts', sa.Column('a', sa.Integer))\nraise ValueError('on purpose')",
            "ValueError: on purpose",
        ),
        ("op.add_column('accounts', sa.Column('a', sa.Integer)); op.execute('SELECT 1 / 0')", "division by zero"),
        ("op.add_column('accounts', sa.Column('a', sa.Integer)); op.execute('SELEKT')", "syntax error"),
        (
            "op.get_bind().execute(sa.text('DELETE FROM accounts')); op.drop_table('nowhere')",
            '"nowhere" does not exist',
        ),
        ("import sys; sys.exit(3)", "sys.exit(3)"),
    ],
)
def test_a_revision_that_fails(project: fix_project.Project, database: scratch.Database, body: str, text: str) -> None:
    project.revision(TABLE + "\nop.execute(\"INSERT INTO accounts (name) VALUES ('a')\")")
    project.safemigrate(database, "upgrade", "head").well()
    before = database.dump(), database.checksum()
    project.revision(body)
    says(project.safemigrate(database, "upgrade", "head"), 5, text, "the database is as before it", "revision r2")
    assert (database.dump(), database.checksum()) == before
    assert "half done   nothing" in project.safemigrate(database, "status").well().out


@pytest.mark.parametrize("fault", ["def upgrade(:", "import nowhere_to_be_found", "undefined_name"])
def test_a_revision_file_that_cannot_be_loaded(
    project: fix_project.Project, database: scratch.Database, fault: str
) -> None:
    project.revision(TABLE)
    path = project.revision("pass", head=fault)
    line = next(number for number, text in enumerate(path.read_text().splitlines(), start=1) if fault in text)
    for verb in ("upgrade head", "plan"):
        says(
            project.safemigrate(database, *verb.split()), 2, "cannot be loaded", f"{path}:{line}", "nothing was changed"
        )


def test_an_applied_step_that_was_edited(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(TABLE)
    good = "op.add_column('accounts', sa.Column('a', sa.Integer))\n"
    path = project.revision(good + "op.execute('SELECT 1 / 0')")
    says(project.safemigrate(database, "upgrade", "head", "--on-failure", "pause"), 6, "division by zero", "resume")
    text = path.read_text()
    path.write_text(text.replace("sa.Integer", "sa.BigInteger"))
    ended = says(project.safemigrate(database, "resume"), 2, "was edited", "nothing was changed now", "rollback")
    assert "-ALTER TABLE accounts ADD COLUMN a INTEGER" in ended.err
    assert "+ALTER TABLE accounts ADD COLUMN a BIGINT" in ended.err
    path.write_text(text.replace("SELECT 1 / 0", "SELECT 1"))
    project.safemigrate(database, "resume").well()
    assert "a integer" in database.dump()


@contextmanager
def _role(server: scratch.Server, name: str, *, login: bool = True) -> Iterator[None]:
    with server.connect() as admin:
        word = sql.SQL("LOGIN PASSWORD 'secret'") if login else sql.SQL("NOLOGIN")
        admin.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), word))
        try:
            yield
        finally:
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@contextmanager
def _owning_nothing_at_the_end(database: scratch.Database, *roles: str) -> Iterator[None]:
    try:
        yield
    finally:
        with database.connect() as admin:
            for role in roles:
                admin.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(role)))


def test_a_role_without_rights_is_told_the_grants_and_they_are_enough(
    project: fix_project.Project, pg_server: scratch.Server, database: scratch.Database
) -> None:
    project.revision("op.add_column('orders', sa.Column('a', sa.Integer))")
    project.revision(
        "op.create_table('shop.items', sa.Column('id', sa.Integer)); op.execute('DROP TABLE \"shop.items\"')"
    )
    project.revision("op.create_table('items', sa.Column('id', sa.Integer), schema='shop')")
    url = change(database, user="deploy er", password="secret")
    asked = []
    with (
        _role(pg_server, "deploy er"),
        _role(pg_server, "own er", login=False),
        _owning_nothing_at_the_end(database, "deploy er", "own er"),
        database.connect() as admin,
    ):
        admin.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE SCHEMA shop")
        admin.execute('CREATE TABLE orders (id int); ALTER TABLE orders OWNER TO "own er"')
        for _ in range(8):
            ended = project.safemigrate(url, "upgrade", "head")
            if ended.code == 0:
                break
            assert ended.code in (2, 5)
            says(ended, ended.code)
            grants = re.findall(r"GRANT [^;]+? TO \"[^\"]+\"", ended.err.rpartition("\n  next ")[2])
            assert grants, ended.err
            asked += grants
            for grant in grants:
                admin.execute(grant.encode())
        assert ended.code == 0, ended.text
    assert asked[0] == 'GRANT USAGE, CREATE ON SCHEMA "public" TO "deploy er"'
    assert any(grant.startswith("GRANT CREATE ON DATABASE") for grant in asked)
    assert 'GRANT "own er" TO "deploy er"' in asked
    assert any(grant.endswith('ON SCHEMA "shop" TO "deploy er"') for grant in asked)


def test_a_role_that_may_not_use_the_journal_is_told_the_grants(
    project: fix_project.Project, pg_server: scratch.Server, database: scratch.Database
) -> None:
    project.revision(TABLE)
    project.safemigrate(database, "upgrade", "head").well()
    project.revision("op.create_table('more', sa.Column('id', sa.Integer))")
    url = change(database, user="second", password="secret")
    with _role(pg_server, "second"), _owning_nothing_at_the_end(database, "second"), database.connect() as admin:
        admin.execute("GRANT ALL ON SCHEMA public TO second; GRANT ALL ON alembic_version TO second")
        says(project.safemigrate(url, "status"), 2, "may not use the journal", "GRANT")
        ended = says(project.safemigrate(url, "upgrade", "head"), 2, "may not use the journal", "nothing was changed")
        for grant in re.findall(r"GRANT [^;]+? TO \"second\"", ended.err):
            admin.execute(grant.encode())
        project.safemigrate(url, "upgrade", "head").well()


def test_a_transaction_pooler(
    project: fix_project.Project, database: scratch.Database, pooler: fix_pooler.Pooler
) -> None:
    project.revision(TABLE)
    for verb in ("upgrade", "stamp"):
        ended = project.safemigrate(pooler.url(database.dsn), verb, "head")
        says(ended, 2, "transaction pooler", "nothing was changed", "session mode")
    assert "accounts" not in database.dump()


def test_past_a_transaction_pooler_with_a_url_of_our_own(
    project: fix_project.Project, database: scratch.Database, pooler: fix_pooler.Pooler
) -> None:
    project.revision(TABLE)
    project.environment["SAFEMIGRATE_URL"] = database.dsn
    project.safemigrate(pooler.url(database.dsn), "upgrade", "head").well()
    assert "accounts" in database.dump()


def test_a_url_that_leads_elsewhere(
    project: fix_project.Project, pg_server: scratch.Server, database: scratch.Database
) -> None:
    project.revision(TABLE)
    project.environment["SAFEMIGRATE_URL"] = pg_server.dsn
    says(project.safemigrate(database, "upgrade", "head"), 2, "url leads to", "nothing was changed", "same database")


def test_a_standby(project: fix_project.Project, pg_pair: tuple[embedded.Embedded, embedded.Embedded]) -> None:
    primary, standby = pg_pair
    project.revision(TABLE)
    with primary.database() as database:
        name = str(conninfo.conninfo_to_dict(database.dsn)["dbname"])
        copy = scratch.url(conninfo.make_conninfo(standby.dsn, dbname=name))
        fix_blocker.until(lambda: _connects(copy))
        says(project.safemigrate(copy, "upgrade", "head"), 2, "standby", "nothing was changed", "primary")
        project.safemigrate(database, "upgrade", "head").well()
        project.revision("op.create_table('more', sa.Column('id', sa.Integer))")
        fix_blocker.until(lambda: "r1" in project.safemigrate(copy, "current").out)
        says(project.safemigrate(copy, "upgrade", "head"), 2, "standby", "nothing was changed", "primary")
        assert "r2" in project.safemigrate(copy, "plan").well().out
        assert "r1" in project.safemigrate(copy, "status").well().out


def _connects(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg:", ":")).close()
    except psycopg.OperationalError:
        return False
    return True


def test_default_transaction_read_only(
    project: fix_project.Project, pg_server: scratch.Server, database: scratch.Database
) -> None:
    project.revision(TABLE)
    name = str(conninfo.conninfo_to_dict(database.dsn)["dbname"])
    with pg_server.connect() as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(sql.Identifier(name)))
    says(
        project.safemigrate(database, "upgrade", "head"),
        2,
        "may only read",
        "nothing was changed",
        "default_transaction_read_only",
    )


def test_timeouts_and_a_search_path_of_the_database_do_not_break_a_run(
    twins: fix_project.Twins, pg_server: scratch.Server
) -> None:
    for database in (twins.plain, twins.ours):
        name = sql.Identifier(str(conninfo.conninfo_to_dict(database.dsn)["dbname"]))
        with database.connect() as connection:
            connection.execute("CREATE SCHEMA app")
            for setting in ("search_path = app, public", "idle_in_transaction_session_timeout = '300ms'"):
                connection.execute(sql.SQL("ALTER DATABASE {} SET ").format(name) + sql.SQL(setting))
    with twins.ours.connect() as connection:
        for setting in ("statement_timeout = '700ms'", "lock_timeout = '1ms'", "idle_session_timeout = '300ms'"):
            connection.execute(sql.SQL("ALTER DATABASE {} SET ").format(name) + sql.SQL(setting))
    twins.project.revision(TABLE)
    twins.project.revision("op.execute('SELECT pg_sleep(1)'); op.create_table('more', sa.Column('id', sa.Integer))")
    twins.both("upgrade", "head")
    twins.same()


@pytest.mark.parametrize("env", ["plain", "external"])
def test_env_py_s_connection_lost_in_a_long_step(
    twins: fix_project.Twins, database: scratch.Database, env: str
) -> None:
    if env == "external":
        twins.project.env(
            """
            import os
            from alembic import context
            from sqlalchemy import create_engine, pool

            with create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool).begin() as connection:
                context.configure(connection=connection)
                context.run_migrations()
            """
        )
    twins.project.revision(TABLE)
    twins.project.revision("op.execute('SELECT pg_sleep(1.5)'); op.create_table('more', sa.Column('id', sa.Integer))")
    twins.project.revision("op.create_table('last', sa.Column('id', sa.Integer))")
    killed: list[int] = []

    def kill() -> None:
        ours = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()"
        theirs = (
            "SELECT pg_terminate_backend(pid), pid FROM pg_stat_activity WHERE application_name = ''"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        with twins.ours.connect() as admin:
            fix_blocker.until(lambda: admin.execute(ours).fetchone())
            killed.extend(row[1] for row in admin.execute(theirs))

    twins.project.alembic(twins.plain, "upgrade", "head").well()
    killer = threading.Thread(target=kill)
    killer.start()
    ended = twins.project.safemigrate(twins.ours, "upgrade", "head").well()
    killer.join()
    assert killed
    assert "env.py's connection was lost" in ended.out
    twins.same()
    assert "half done   nothing" in twins.project.safemigrate(twins.ours, "status").well().out


@contextmanager
def _another_run(database: scratch.Database) -> Iterator[None]:
    """A session that holds the one-at-a-time lock."""
    with database.connect() as connection:
        connection.execute("SET application_name = 'safemigrate/another'")
        connection.execute("SELECT pg_advisory_lock(hashtextextended('safemigrate:public.alembic_version', 0))")
        yield


def test_a_second_runner(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(TABLE)
    with _another_run(database):
        for verb in ("upgrade head", "stamp head", "rollback"):
            ended = project.safemigrate(database, *verb.split(), "--lease-patience", "0")
            says(ended, 7, "another run is active", "held by", "safemigrate/another", "nothing was changed", "status")
        says(project.safemigrate(database, "upgrade", "head", "--lease-patience", "600ms"), 7, "waited 1 s")
        # Looking needs no lock.
        assert "create table accounts" in project.safemigrate(database, "plan").well().out
        assert "pending     r1" in project.safemigrate(database, "status").well().out
    assert "accounts" not in database.dump()
    project.safemigrate(database, "upgrade", "head", "--lease-patience", "0").well()


def test_a_second_runner_that_waited_finds_nothing_left_to_do(
    project: fix_project.Project, database: scratch.Database
) -> None:
    project.revision(TABLE)
    with _another_run(database):
        ended: list[fix_project.Ended] = []
        waiting = threading.Thread(target=lambda: ended.append(project.safemigrate(database, "upgrade", "head")))
        waiting.start()
        with database.connect() as admin:
            query = "SELECT 1 FROM pg_stat_activity WHERE application_name ~ '^safemigrate/[0-9]'"
            fix_blocker.until(lambda: admin.execute(query).fetchone())
            admin.execute("CREATE TABLE accounts (id int)")
            fix_blocker.until(lambda: admin.execute("SELECT to_regclass('alembic_version')").fetchone() != (None,))
            admin.execute("INSERT INTO alembic_version VALUES ('r1')")
    waiting.join(20)
    assert ended[0].code == 0, ended[0].text


def test_a_journal_of_a_newer_release(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(TABLE)
    project.safemigrate(database, "upgrade", "head").well()
    project.revision("op.create_table('more', sa.Column('id', sa.Integer))")
    with database.connect() as connection:
        connection.execute("INSERT INTO safemigrate.schema_version (version) VALUES (99)")
    for verb in ("upgrade head", "status", "resume"):
        says(project.safemigrate(database, *verb.split()), 2, "shape 99", "nothing was changed", "newer")
    assert "more" not in database.dump()


def test_bad_settings_name_key_value_and_what_is_allowed(
    project: fix_project.Project, database: scratch.Database
) -> None:
    project.revision(TABLE)
    ended = says_what(project.safemigrate(database, "upgrade", "head", "--lock-timeout", "soon"), 2)
    assert 'bad value for lock_timeout: "soon"' in ended.err
    ended = says_what(project.safemigrate(database, "upgrade", "head", "--on-blocker", "kill"), 2)
    assert "allowed" in ended.err
    project.write("pyproject.toml", "[tool.safemigrate]\nlock_timeot = '1s'\n")
    ended = says_what(project.safemigrate(database, "upgrade", "head"), 2)
    assert "did you mean lock_timeout?" in ended.err


def says_what(ended: fix_project.Ended, code: int) -> fix_project.Ended:
    assert ended.code == code, ended.text
    return ended


def test_a_bad_setting_of_a_revision(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision(TABLE, head="safemigrate_options = {'lock_timeout': 'soon'}")
    for verb in ("upgrade head", "plan"):
        ended = says_what(project.safemigrate(database, *verb.split()), 2)
        assert "safemigrate_options of revision r1" in ended.err
    assert "accounts" not in database.dump()


def test_raiseerr_lets_the_exception_through(project: fix_project.Project, database: scratch.Database) -> None:
    project.revision("raise ValueError('on purpose')")
    with pytest.raises(Exception, match="revision r1"):
        project.safemigrate(database, "--raiseerr", "upgrade", "head")
    with pytest.raises(Exception, match="nonsense"):
        project.safemigrate(database, "--raiseerr", "upgrade", "nonsense")
