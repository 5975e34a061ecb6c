"""What batched steps need of the server and of their role's rights, and who may read what they keep."""

from __future__ import annotations

from collections.abc import Callable

from psycopg import conninfo, sql

from safemigrate import scratch
from tests.executor.test_batched import QUICK, ROWS, one
from tests.executor.test_batched import run as run
from tests.executor.test_batched import table as table
from tests.fix_project import Ended, Project


def test_it_pauses_when_the_server_has_no_session_for_the_batches(table: scratch.Database, project: Project) -> None:
    with table.connect() as connection:
        connection.execute("CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 4")
        connection.execute("ALTER TABLE t OWNER TO few; GRANT CREATE ON SCHEMA public TO few")
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO few").format(database))
    url = scratch.url(conninfo.make_conninfo(table.dsn, user="few", password="few"))
    project.revision('op.execute("UPDATE t SET n = 9")', head=QUICK % "1s")
    try:
        ended = project.safemigrate(url, "upgrade", "head")
        assert ended.code == 6, ended.text
        assert "no session is to be had" in ended.err
        assert 'too many connections for role "few"' in ended.err
        with table.connect() as connection:
            connection.execute("ALTER ROLE few CONNECTION LIMIT 9")
        project.safemigrate(url, "resume").well()
        assert one(table, "SELECT count(*) FROM t WHERE n = 9") == ROWS
    finally:
        with table.connect() as connection:
            connection.execute("DROP OWNED BY few CASCADE")
            connection.execute("DROP ROLE few")


def test_nobody_else_may_read_an_image_whatever_is_granted_by_default(
    table: scratch.Database, run: Callable[..., Ended]
) -> None:
    with table.connect() as connection:
        connection.execute('CREATE ROLE "Any body"')
        connection.execute('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC, "Any body"')
    try:
        run("UPDATE t SET n = 9").well()
        query = "SELECT bool_and(grantee = relowner) FROM pg_class, aclexplode(relacl) WHERE relname = 'image_1_0'"
        assert one(table, query) is True
    finally:
        with table.connect() as connection:
            connection.execute('DROP OWNED BY "Any body"')
            connection.execute('DROP ROLE "Any body"')


def test_a_role_that_may_not_keep_images_is_told_what_to_grant(table: scratch.Database, project: Project) -> None:
    project.revision("pass")
    project.safemigrate(table, "upgrade", "head").well()
    project.revision('op.execute("UPDATE t SET n = 9")')
    with table.connect() as connection:
        connection.execute("CREATE ROLE humble LOGIN PASSWORD 'humble'")
        connection.execute("ALTER TABLE t OWNER TO humble; GRANT ALL ON alembic_version TO humble")
        connection.execute("GRANT USAGE ON SCHEMA safemigrate TO humble")
        connection.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA safemigrate TO humble")
    url = scratch.url(conninfo.make_conninfo(table.dsn, user="humble", password="humble"))
    try:
        ended = project.safemigrate(url, "upgrade", "head")
        assert ended.code == 5, ended.text
        assert 'GRANT USAGE, CREATE ON SCHEMA "safemigrate" TO "humble"' in ended.err
        with table.connect() as connection:
            connection.execute("GRANT CREATE ON SCHEMA safemigrate TO humble")
        project.safemigrate(url, "upgrade", "head").well()
    finally:
        with table.connect() as connection:
            connection.execute("DROP OWNED BY humble CASCADE")
            connection.execute("DROP ROLE humble")
