"""What reading a revision ahead must not get wrong: the statements, the values in them, and whether they are all."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa

from safemigrate import scratch
from safemigrate.capture import literal
from tests import fix_project
from tests.fix_project import Project, Twins

PSYCOPG2 = fix_project.ENV.replace(
    'create_engine(os.environ["DATABASE_URL"]',
    'create_engine(os.environ["DATABASE_URL"].replace("+psycopg:", "+psycopg2:")',
)
ASYNCPG = """
    import asyncio
    import os
    from alembic import context
    from sqlalchemy import pool
    from sqlalchemy.ext.asyncio import create_async_engine

    def migrate(connection):
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()

    async def main():
        url = os.environ["DATABASE_URL"].replace("+psycopg:", "+asyncpg:")
        engine = create_async_engine(url, poolclass=pool.NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
        await engine.dispose()

    asyncio.run(main())
"""
DRIVERS = pytest.mark.parametrize("env", [fix_project.ENV, PSYCOPG2, ASYNCPG], ids=["psycopg", "psycopg2", "asyncpg"])


def both(twins: Twins, sql: str) -> None:
    """Prepare both databases in the same way."""
    for database in (twins.plain, twins.ours):
        with database.connect() as connection:
            connection.execute(sql.encode())


ONE_ROW = "CREATE TABLE a (id int, v int); INSERT INTO a VALUES (1, 0); CREATE TABLE log (n int)"


def test_a_write_that_the_revision_swallows_all_errors_of_is_not_lost(twins: Twins) -> None:
    both(twins, ONE_ROW)
    twins.project.revision("""
        try:
            op.get_bind().execute(sa.text("UPDATE a SET v = v + 1"))
        except:
            pass
    """)
    twins.both("upgrade", "head")
    twins.same()


def test_a_write_by_a_function_that_the_revision_swallows_all_errors_of_is_not_lost(twins: Twins) -> None:
    both(twins, "CREATE SEQUENCE numbers")
    twins.project.revision("""
        try:
            op.get_bind().execute(sa.text("SELECT setval('numbers', 100)"))
        except Exception:
            pass
        op.execute("CREATE TABLE t (v int DEFAULT nextval('numbers'))")
    """)
    twins.both("upgrade", "head")
    twins.project.revision('op.execute("INSERT INTO t DEFAULT VALUES")')
    twins.both("upgrade", "head")
    twins.same()


@pytest.mark.parametrize(
    ("made", "change", "read"),
    [
        ("CREATE VIEW seen AS SELECT v AS value FROM a", "UPDATE a SET v = v + 1", "SELECT value FROM seen"),
        (
            "ALTER TABLE a ADD PRIMARY KEY (id); CREATE TABLE child (a int REFERENCES a ON DELETE CASCADE);"
            "INSERT INTO child VALUES (1)",
            "DELETE FROM a",
            "SELECT count(*) FROM child",
        ),
        (
            "CREATE FUNCTION make() RETURNS void LANGUAGE sql AS 'INSERT INTO a VALUES (2, 2)'",
            "SELECT make()",
            "SELECT count(*) FROM a",
        ),
    ],
    ids=["view", "cascade", "function"],
)
def test_what_is_read_after_a_write_is_what_the_write_has_left_behind_other_names(
    twins: Twins, made: str, change: str, read: str
) -> None:
    both(twins, f"{ONE_ROW};{made}")
    twins.project.revision(f"""
        op.execute("{change}")
        n = op.get_bind().execute(sa.text("{read}")).scalar()
        op.execute(f"INSERT INTO log VALUES ({{n}})")
    """)
    twins.both("upgrade", "head")
    twins.same()


def test_a_read_under_the_revisions_own_search_path_finds_the_table_of_that_schema(twins: Twins) -> None:
    both(twins, f"{ONE_ROW}; CREATE SCHEMA s; CREATE TABLE s.a (v int); INSERT INTO s.a VALUES (7)")
    twins.project.revision("""
        op.execute("SET search_path TO s")
        n = op.get_bind().execute(sa.text("SELECT v FROM a")).scalar()
        op.execute(f"INSERT INTO public.log VALUES ({n})")
        op.execute("SET search_path TO public")
    """)
    twins.both("upgrade", "head")
    twins.same()


@pytest.mark.parametrize("send", ["op.execute", "op.get_bind().exec_driver_sql"])
def test_a_search_path_set_by_set_config_holds_for_the_statements_after_it(twins: Twins, send: str) -> None:
    both(twins, "CREATE SCHEMA s")
    twins.project.revision(f"""
        {send}("SELECT set_config('search_path', 's', false)")
        op.execute("CREATE TABLE t (v int)")
        {send}("SELECT set_config('search_path', 'public', false)")
    """)
    twins.both("upgrade", "head")
    twins.same()


def test_an_assertion_without_words_in_a_revision_is_no_crash_of_ours(twins: Twins) -> None:
    twins.project.revision("assert op.get_bind().dialect.name == 'another'")
    ended = twins.project.safemigrate(twins.ours, "upgrade", "head")
    assert "AssertionError" in ended.text
    assert "IndexError" not in ended.text


def test_text_reaches_a_database_of_another_encoding_as_it_was_meant(
    project: Project, database: scratch.Database
) -> None:
    url = sa.make_url(database.url)
    url = url.set(database=f"{url.database}_latin")
    with database.connect() as connection:
        connection.execute(
            f"CREATE DATABASE {url.database} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'".encode()
        )
        try:
            project.revision("op.execute(\"CREATE TABLE t AS SELECT 'caf\\u00e9'::text AS v\")")
            project.safemigrate(url.render_as_string(hide_password=False), "upgrade", "head").well()
            address = url.set(drivername="postgresql").render_as_string(hide_password=False)
            with psycopg.connect(address, autocommit=True) as latin:
                assert latin.execute("SELECT v, length(v) FROM t").fetchone() == ("café", 4)
        finally:
            connection.execute(f"DROP DATABASE {url.database} WITH (FORCE)".encode())


@DRIVERS
def test_values_of_every_type_arrive_as_plain_alembic_sends_them(twins: Twins, env: str) -> None:
    twins.project.env(env)
    twins.project.revision(
        r"""
        t = op.create_table(
            "t",
            sa.Column("i", sa.Integer), sa.Column("b", sa.BigInteger), sa.Column("s", sa.SmallInteger),
            sa.Column("f", sa.Float), sa.Column("n", sa.Numeric), sa.Column("x", sa.LargeBinary),
            sa.Column("j", sa.JSON), sa.Column("jb", pg.JSONB), sa.Column("u", sa.Uuid),
            sa.Column("a", pg.ARRAY(sa.Text)), sa.Column("ai", pg.ARRAY(sa.Integer)),
            sa.Column("e", sa.Enum("p", "q", name="pq")), sa.Column("iv", sa.Interval), sa.Column("d", sa.Date),
            sa.Column("ts", sa.DateTime(timezone=True)), sa.Column("tm", sa.Time), sa.Column("bo", sa.Boolean),
            sa.Column("t", sa.Text), sa.Column("r", pg.INT4RANGE),
        )
        row = dict(
            i=-2147483648, b=-9223372036854775808, s=-32768, f=0.1, n=decimal.Decimal("1.50"), x=b"\x00\xff'\\",
            j={"a": ["b%", None]}, jb={"k": "q'\\"}, u=uuid.UUID(int=5), a=["x", None, "y'%"], ai=[1, None], e="p",
            iv=datetime.timedelta(days=-3, seconds=5), d=datetime.date(2024, 2, 29),
            ts=datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), tm=datetime.time(3, 4, 5), bo=True,
            t="50% of :x $1 'q' \\ é", r=pg.Range(1, 5),
        )
        op.bulk_insert(t, [row, dict.fromkeys(row)])
        op.bulk_insert(t, [row], multiinsert=False)
        op.execute(t.update().where(t.c.i == -2147483648).values(n=decimal.Decimal("2.5"), t=t.c.t + ":1 %s"))
        op.execute(sa.text(r"UPDATE t SET t = t || '\:1 \:2 $1 %' WHERE s = :s").bindparams(s=-32768))
        op.execute(r"UPDATE t SET tm = '12:34:56' WHERE t LIKE '%50\%%'")
        op.execute(t.insert().from_select(["i", "t"], sa.select(t.c.i, t.c.t)))
        """,
        head="""
        import datetime
        import decimal
        import uuid
        from sqlalchemy.dialects import postgresql as pg
        """,
    )
    twins.both("upgrade", "head")
    twins.same()


def test_a_numbered_placeholder_within_quotes_is_none() -> None:
    assert literal.render("SELECT '$1', \"$1\", $1", ("x",), "numeric_dollar") == "SELECT '$1', \"$1\", 'x'"
    assert literal.render("SELECT '12:1', a::int, :1", ("x",), "numeric") == "SELECT '12:1', a::int, 'x'"
