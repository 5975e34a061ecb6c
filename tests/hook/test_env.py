"""env.py files as real projects have them, unmodified: the same result as with plain Alembic."""

from __future__ import annotations

import textwrap

import pytest
from psycopg import sql

from safemigrate import scratch
from tests import fix_project

START = """
    import asyncio, os
    import sqlalchemy as sa
    from alembic import context
    from sqlalchemy import create_engine, pool, text
    from sqlalchemy.ext.asyncio import create_async_engine

    url = os.environ["DATABASE_URL"]

    def engine(**options):
        return create_engine(url, **{"poolclass": pool.NullPool, **options})
"""

VARIETIES = {
    "as alembic init writes it": """
        with engine().connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "transaction_per_migration": """
        with engine().connect() as connection:
            context.configure(connection=connection, transaction_per_migration=True)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "transactional_ddl off": """
        with engine().connect() as connection:
            context.configure(connection=connection, transactional_ddl=False)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "something executed before configure": """
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
            context.configure(connection=connection, transaction_per_migration=True)
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    """,
    "engine.begin()": """
        with engine().begin() as connection:
            context.configure(connection=connection)
            context.run_migrations()
    """,
    "connection.begin()": """
        with engine().connect() as connection:
            with connection.begin():
                context.configure(connection=connection)
                with context.begin_transaction():
                    context.run_migrations()
    """,
    "no begin_transaction, committed at the end": """
        with engine().connect() as connection:
            context.configure(connection=connection)
            context.run_migrations()
            connection.commit()
    """,
    "AUTOCOMMIT engine": """
        with engine(isolation_level="AUTOCOMMIT").connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "AUTOCOMMIT connection": """
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "SERIALIZABLE engine": """
        with engine(isolation_level="SERIALIZABLE").connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "asyncpg": """
        def do(connection):
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()

        async def run():
            connectable = create_async_engine(url.replace("+psycopg:", "+asyncpg:"), poolclass=pool.NullPool)
            async with connectable.connect() as connection:
                await connection.run_sync(do)
            await connectable.dispose()

        asyncio.run(run())
    """,
    "asyncpg, begun outside": """
        def do(connection):
            context.configure(connection=connection)
            context.run_migrations()

        async def run():
            connectable = create_async_engine(url.replace("+psycopg:", "+asyncpg:"), poolclass=pool.NullPool)
            async with connectable.begin() as connection:
                await connection.run_sync(do)
            await connectable.dispose()

        asyncio.run(run())
    """,
    "psycopg, asynchronous": """
        def do(connection):
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()

        async def run():
            connectable = create_async_engine(url.replace("+psycopg:", "+psycopg_async:"), poolclass=pool.NullPool)
            async with connectable.connect() as connection:
                await connection.run_sync(do)
            await connectable.dispose()

        asyncio.run(run())
    """,
    "psycopg2": """
        with create_engine(url.replace("+psycopg:", "+psycopg2:"), poolclass=pool.NullPool).connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "StaticPool": """
        made = engine(poolclass=pool.StaticPool)
        with made.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
        made.dispose()
    """,
    "QueuePool of one": """
        made = engine(poolclass=pool.QueuePool, pool_size=1, max_overflow=0, pool_timeout=2)
        with made.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
        made.dispose()
    """,
    "SingletonThreadPool": """
        made = engine(poolclass=pool.SingletonThreadPool)
        with made.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
        made.dispose()
    """,
    "its own session advisory lock": """
        with engine().connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(4711)"))
            connection.commit()
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
            connection.execute(text("SELECT pg_advisory_unlock(4711)"))
            connection.commit()
    """,
    "its own advisory lock for the transaction": """
        with engine().connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.execute("SELECT pg_advisory_xact_lock(4711)")
                context.run_migrations()
    """,
    "a lock taken before configure": """
        with engine().connect() as connection, connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(4711)"))
            context.configure(connection=connection)
            context.run_migrations()
    """,
    "SET search_path, committed": """
        with engine().connect() as connection:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS tenant"))
            connection.execute(text("SET search_path TO tenant"))
            connection.commit()
            connection.dialect.default_schema_name = "tenant"
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "search_path in connect_args": """
        with engine().begin() as connection:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS tenant"))
        with engine(connect_args={"options": "-c search_path=tenant"}).connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "search_path set by a connect event": """
        made = engine()
        with made.begin() as connection:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS tenant"))

        @sa.event.listens_for(made, "connect")
        def on_connect(native, _record):
            with native.cursor() as cursor:
                cursor.execute("SET search_path TO tenant")
            native.commit()

        with made.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "version table elsewhere": """
        with engine().connect() as connection:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS meta"))
            connection.commit()
            context.configure(connection=connection, version_table="applied", version_table_schema="meta")
            with context.begin_transaction():
                context.run_migrations()
    """,
    "keyword arguments for upgrade()": """
        with engine().connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations(suffix="_by_env")
    """,
    "lock_timeout of its own": """
        with engine().connect() as connection:
            connection.execute(text("SET lock_timeout = '3s'"))
            connection.execute(text("SET statement_timeout = '30s'"))
            connection.commit()
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "a listener that sees every statement": """
        made = engine()

        @sa.event.listens_for(made, "before_cursor_execute", retval=True)
        def before(connection, cursor, statement, parameters, execution, executemany):
            return statement + " -- by env.py", parameters

        with made.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
}


def _history(twins: fix_project.Twins) -> None:
    """Three revisions: DDL of several kinds, rows, and a look at the database before more DDL."""
    project = twins.project
    project.revision(
        """
        suffix = arguments.get("suffix", "")
        op.create_table(
            "accounts",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("email" + suffix, sa.Text, nullable=False, comment="100% ours: 'quoted'"),
            sa.Column("plan", sa.Enum("free", "paid", name="account_plan"), server_default="free"),
        )
        op.create_index("accounts_plan", "accounts", ["plan"])
        """,
        "op.drop_table('accounts'); op.execute('DROP TYPE account_plan')",
    )
    project.revision(
        """
        table = sa.table("accounts", sa.column("id"), sa.column("plan"))
        op.add_column("accounts", sa.Column("note", sa.String(20)))
        op.execute("ALTER TABLE accounts ALTER COLUMN note SET DEFAULT 'a:b %s 100%'")
        op.create_table("seeds", sa.Column("name", sa.Text, primary_key=True))
        op.bulk_insert(sa.table("seeds", sa.column("name")), [{"name": "one"}, {"name": "it's %(two)s"}])
        """,
        "op.drop_table('seeds'); op.drop_column('accounts', 'note')",
    )
    project.revision(
        """
        if "note" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("accounts")}:
            op.create_unique_constraint("accounts_note", "accounts", ["note"])
        op.execute("UPDATE seeds SET name = name || '!'")
        """,
        "op.drop_constraint('accounts_note', 'accounts')",
    )


@pytest.mark.parametrize("variety", VARIETIES)
def test_a_history_ends_as_with_alembic_and_goes_back_as_with_alembic(twins: fix_project.Twins, variety: str) -> None:
    twins.project.env(textwrap.dedent(START) + textwrap.dedent(VARIETIES[variety]))
    _history(twins)
    twins.both("upgrade", "head")
    twins.same()
    twins.both("downgrade", "base")
    twins.same()


def test_an_env_py_of_two_databases_migrates_both(twins: fix_project.Twins, pg_server: scratch.Server) -> None:
    twins.project.env(
        """
        import os
        from alembic import context
        from sqlalchemy import create_engine, pool

        for name, url in (("first", os.environ["DATABASE_URL"]), ("second", os.environ["SECOND_URL"])):
            with create_engine(url, poolclass=pool.NullPool).connect() as connection:
                context.configure(connection=connection, upgrade_token=name, version_table=f"{name}_version")
                with context.begin_transaction():
                    context.run_migrations(name=name)
        """
    )
    twins.project.revision("op.create_table('in_' + arguments['name'], sa.Column('id', sa.Integer))")
    twins.project.revision("op.create_table('more_' + arguments['name'], sa.Column('id', sa.Integer))")
    with pg_server.database() as plain_second, pg_server.database() as our_second:
        twins.project.environment["SECOND_URL"] = plain_second.url
        twins.project.alembic(twins.plain, "upgrade", "head").well()
        twins.project.environment["SECOND_URL"] = our_second.url
        planned = twins.project.safemigrate(twins.ours, "plan").well().out
        assert "create table in_first" in planned
        assert "create table in_second" in planned
        shown = twins.project.safemigrate(twins.ours, "upgrade", "head").well().out
        assert "done: 4 revisions, 4 steps" in shown
        twins.same()
        assert our_second.dump() == plain_second.dump()
        assert our_second.checksum() == plain_second.checksum()
        status = twins.project.safemigrate(twins.ours, "status").well().out
        assert "version table public.first_version" in status
        assert "version table public.second_version" in status


def test_what_is_made_belongs_to_the_role_that_env_py_has_set(
    twins: fix_project.Twins, pg_server: scratch.Server
) -> None:
    twins.project.env(
        """
        import os
        from alembic import context
        from sqlalchemy import create_engine, pool, text

        with create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool).connect() as connection:
            connection.execute(text('GRANT ALL ON SCHEMA public TO "the owner"'))
            connection.execute(text('SET ROLE "the owner"'))
            connection.commit()
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
        """
    )
    twins.project.revision("op.create_table('mine', sa.Column('id', sa.Integer))")
    twins.project.revision(
        "op.get_bind().execute(sa.text('INSERT INTO mine VALUES (1)'))\n"
        "op.create_table('whole', sa.Column('id', sa.Integer))"
    )
    with pg_server.connect() as admin:
        admin.execute('CREATE ROLE "the owner"')
    try:
        for database in (twins.plain, twins.ours):
            with database.connect() as connection:
                name = sql.Identifier(connection.info.dbname)
                connection.execute(sql.SQL('GRANT CREATE ON DATABASE {} TO "the owner"').format(name))
        twins.both("upgrade", "head")
        twins.same()
        for table in ("mine", "whole"):
            assert f'ALTER TABLE public.{table} OWNER TO "the owner"' in twins.ours.dump()
    finally:
        for database in (twins.plain, twins.ours):
            with database.connect() as connection:
                connection.execute('DROP OWNED BY "the owner" CASCADE')
        with pg_server.connect() as admin:
            admin.execute('DROP ROLE "the owner"')


def test_callbacks_of_env_py_are_called_for_each_revision(twins: fix_project.Twins) -> None:
    twins.project.env(
        """
        import os
        from alembic import context
        from sqlalchemy import create_engine, pool, text

        def noted(ctx, step, heads, run_args):
            ctx.connection.execute(text("CREATE TABLE IF NOT EXISTS noted (n serial, what text)"))
            ctx.connection.execute(text("INSERT INTO noted (what) VALUES (:what)"),
                {"what": f"{step.up_revision_id} {step.is_upgrade} {step.is_stamp} {sorted(heads)} {run_args}"})

        with create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool).connect() as connection:
            context.configure(connection=connection, on_version_apply=[noted])
            with context.begin_transaction():
                context.run_migrations(extra=1)
        """
    )
    _history(twins)
    for line in ("upgrade head", "downgrade -1", "stamp head"):
        twins.both(*line.split())
        twins.same()


def test_the_url_of_an_x_argument_is_used(twins: fix_project.Twins) -> None:
    env = fix_project.ENV.replace('os.environ["DATABASE_URL"]', 'context.get_x_argument(as_dictionary=True)["url"]')
    twins.project.env(env)
    _history(twins)
    twins.project.alembic("none://", "-x", f"url={twins.plain.url}", "upgrade", "head").well()
    twins.project.safemigrate("none://", "-x", f"url={twins.ours.url}", "upgrade", "head").well()
    twins.same()


ASYNCHRONOUS = VARIETIES["asyncpg"]


def test_run_async_reaches_the_database_through_the_recorder(twins: fix_project.Twins) -> None:
    twins.project.env(textwrap.dedent(START) + textwrap.dedent(ASYNCHRONOUS))
    _history(twins)
    twins.project.revision(
        """
        async def more(connection, table):
            await connection.execute(sa.text(f"CREATE TABLE {table} (id int)"))
            await connection.execute(sa.text(f"INSERT INTO {table} VALUES (1)"))
        op.run_async(more, "made_async")
        """
    )
    twins.both("upgrade", "head")
    twins.same()


@pytest.mark.parametrize(
    "body", ["op.execute('SELECT 1 / 0')", "op.get_bind().execute(sa.text('DELETE FROM nowhere'))"]
)
def test_a_failure_under_an_asynchronous_env_py_says_nothing_but_the_error(twins: fix_project.Twins, body: str) -> None:
    twins.project.env(textwrap.dedent(START) + textwrap.dedent(ASYNCHRONOUS))
    twins.project.revision("op.create_table('accounts', sa.Column('id', sa.Integer))")
    twins.project.revision("op.add_column('accounts', sa.Column('a', sa.Integer))\n" + body)
    ended = twins.project.safemigrate(twins.ours, "upgrade", "head")
    assert ended.code == 5
    assert ended.err.startswith("error: ")
    assert "Traceback" not in ended.err
    assert "the database is as before it" in ended.err


TRANSLATED = {
    "schema_translate_map": """
        with engine().connect() as connection:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS tenant"))
            connection.commit()
            connection = connection.execution_options(schema_translate_map={None: "tenant"})
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
    "engine with schema_translate_map": """
        with engine().begin() as connection:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS tenant"))
        with engine().execution_options(schema_translate_map={None: "tenant"}).connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """,
}


@pytest.mark.parametrize("variety", TRANSLATED)
def test_tables_go_where_env_py_has_schemas_translated(twins: fix_project.Twins, variety: str) -> None:
    twins.project.env(textwrap.dedent(START) + textwrap.dedent(TRANSLATED[variety]))
    twins.project.revision(
        """
        op.create_table("accounts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
        op.create_index("accounts_email", "accounts", ["email"])
        """,
        "op.drop_table('accounts')",
    )
    twins.both("upgrade", "head")
    twins.same()
    assert "CREATE TABLE tenant.accounts" in twins.ours.dump()


def test_version_rows_that_env_py_does_not_commit_are_said_and_the_next_run_does_nothing_twice(
    twins: fix_project.Twins,
) -> None:
    forgetful = """
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    """
    twins.project.env(textwrap.dedent(START) + textwrap.dedent(forgetful))
    _history(twins)
    ended = twins.project.safemigrate(twins.ours, "upgrade", "head")
    assert ended.code == 1
    assert "without committing the version rows of r1, r2, r3" in ended.err
    assert "nothing is done twice" in ended.err
    twins.project.env(textwrap.dedent(START) + textwrap.dedent(forgetful) + "    connection.commit()\n")
    twins.both("upgrade", "head")
    twins.same()
    assert "half done   nothing" in twins.project.safemigrate(twins.ours, "status").out
