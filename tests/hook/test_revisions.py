"""Revisions as real histories have them, from the plain to the careless: the same result as with plain Alembic."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import fix_project

BEFORE = """
op.create_table("accounts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
op.execute("INSERT INTO accounts (name) SELECT 'n' || n FROM generate_series(1, 5) AS n")
"""
"""The revision before: a table with five rows. Its id is a SERIAL."""

REVISIONS = {
    "COMMIT sent as text": """
        op.execute("CREATE TYPE mood AS ENUM ('ok')")
        op.execute("COMMIT")
        op.execute("ALTER TYPE mood ADD VALUE 'good'")
        op.add_column("accounts", sa.Column("mood", sa.Enum("ok", "good", name="mood"), server_default="ok"))
    """,
    "an enum type made by its table, and data": """
        made = op.create_table("plans", sa.Column("kind", sa.Enum("free", "paid", name="plan_kind")))
        op.get_bind().execute(sa.insert(made).values(kind="free"))
    """,
    "COMMIT, then BEGIN": """
        op.execute("COMMIT; BEGIN")
        op.execute("CREATE INDEX ix_name ON accounts (name)")
        op.execute("COMMIT")
        op.execute("BEGIN")
        op.add_column("accounts", sa.Column("a", sa.Integer))
    """,
    "autocommit_block": """
        op.add_column("accounts", sa.Column("a", sa.Integer))
        with op.get_context().autocommit_block():
            op.create_index("ix_a", "accounts", ["a"], postgresql_concurrently=True)
        op.alter_column("accounts", "a", server_default="3")
    """,
    "a Session that commits": """
        from sqlalchemy.orm import Session
        session = Session(bind=op.get_bind())
        session.execute(sa.text("UPDATE accounts SET name = 'x' WHERE id = 1"))
        session.commit()
        op.add_column("accounts", sa.Column("a", sa.Integer))
    """,
    "a Session that rolls back": """
        from sqlalchemy.orm import Session
        op.add_column("accounts", sa.Column("a", sa.Integer))
        session = Session(bind=op.get_bind())
        with session.begin_nested() as nested:
            session.execute(sa.text("UPDATE accounts SET name = 'x' WHERE id = 1"))
            nested.rollback()
        session.flush()
    """,
    "ORM objects": """
        from sqlalchemy import orm
        Base = orm.declarative_base()
        class Account(Base):
            __tablename__ = "accounts"
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.Text)
        with orm.Session(bind=op.get_bind()) as session:
            session.add(Account(name="made"))
            session.query(Account).filter_by(id=1).one().name = "first"
            session.commit()
    """,
    "a savepoint around what fails": """
        bind = op.get_bind()
        try:
            with bind.begin_nested():
                bind.execute(sa.text("CREATE TABLE accounts (id int)"))
        except sa.exc.ProgrammingError:
            op.add_column("accounts", sa.Column("a", sa.Integer))
    """,
    "a loop over rowcount on the bind": """
        bind = op.get_bind()
        op.add_column("accounts", sa.Column("done", sa.Boolean))
        rounds = 0
        while True:
            batch = "SELECT id FROM accounts WHERE done IS NULL ORDER BY id LIMIT 2"
            result = bind.execute(sa.text(f"UPDATE accounts SET done = true WHERE id IN ({batch})"))
            rounds += 1
            if result.rowcount == 0:
                break
            assert rounds < 100
    """,
    "a loop until nothing is left": """
        bind = op.get_bind()
        while bind.execute(sa.text("SELECT count(*) FROM accounts WHERE name LIKE 'n%'")).scalar():
            one = "SELECT min(id) FROM accounts WHERE name LIKE 'n%'"
            bind.execute(sa.text(f"UPDATE accounts SET name = 'm' WHERE id = ({one})"))
    """,
    "a connection of its own that reads": """
        with op.get_bind().engine.connect() as other:
            count = other.execute(sa.text("SELECT 5")).scalar()
        op.add_column("accounts", sa.Column("a", sa.Integer, server_default=str(count)))
    """,
    "a connection of its own that writes": """
        with op.get_bind().engine.begin() as other:
            other.execute(sa.text("CREATE TABLE elsewhere (id int)"))
        op.create_table("here", sa.Column("id", sa.Integer))
    """,
    "a timeout that is never reset": """
        op.execute("SET lock_timeout = '2s'")
        op.execute("SET statement_timeout = '20s'")
        op.add_column("accounts", sa.Column("a", sa.Integer))
    """,
    "SET LOCAL search_path for what follows": """
        op.execute("CREATE SCHEMA other")
        op.execute("SET LOCAL search_path TO other, public")
        op.execute("CREATE TABLE there (id int)")
        op.create_table("there_too", sa.Column("id", sa.Integer))
        op.execute("SET LOCAL search_path TO public")
        op.create_table("here", sa.Column("id", sa.Integer))
    """,
    "SET ROLE in between": """
        op.execute("SET LOCAL ROLE pg_database_owner")
        op.execute("RESET ROLE")
        op.create_table("mine", sa.Column("id", sa.Integer))
    """,
    "looks at its own DDL": """
        bind = op.get_bind()
        assert "extra" not in sa.inspect(bind).get_table_names()
        op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
        assert "extra" in sa.inspect(bind).get_table_names()
        if not [column for column in sa.inspect(bind).get_columns("extra") if column["name"] == "a"]:
            op.add_column("extra", sa.Column("a", sa.Integer))
    """,
    "reads rows and makes DDL of them": """
        for (name,) in op.get_bind().execute(sa.text("SELECT name FROM accounts ORDER BY name")).fetchall():
            op.create_table(f"t_{name}", sa.Column("id", sa.Integer))
    """,
    "batch_alter_table": """
        with op.batch_alter_table("accounts") as batch:
            batch.add_column(sa.Column("a", sa.Integer))
            batch.alter_column("name", new_column_name="label")
            batch.create_index("ix_a", ["a"])
            batch.create_unique_constraint("uq_a", ["a"])
    """,
    "bulk_insert": """
        seeds = op.create_table("seeds", sa.Column("id", sa.Integer, primary_key=True), sa.Column("at", sa.DateTime),
            sa.Column("data", sa.JSON), sa.Column("kind", sa.Enum("a", "b", name="kind")))
        import datetime
        op.bulk_insert(seeds, [{"at": datetime.datetime(2020, 1, 2), "data": {"k": [1, None, "%s :x"]}, "kind": "a"},
                               {"at": None, "data": None, "kind": "b"}])
        op.bulk_insert(seeds, [{"id": 77, "at": None, "data": {}, "kind": None}], multiinsert=False)
    """,
    "an insert that would return its key": """
        accounts = sa.table("accounts", sa.column("id", sa.Integer), sa.column("name", sa.Text))
        op.execute(accounts.insert().values(name="by op"))
        metadata = sa.MetaData()
        real = sa.Table("accounts", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
        op.execute(real.insert().values(name="with a key"))
        op.execute(real.update().where(real.c.id == 1).values(name=real.c.name + "%"))
    """,
    "rows through the bind, with RETURNING": """
        metadata = sa.MetaData()
        real = sa.Table("accounts", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
        key = op.get_bind().execute(real.insert().values(name="x")).inserted_primary_key[0]
        assert key == 6
        op.get_bind().execute(real.insert(), [{"name": "y"}, {"name": "z"}])
    """,
    "percent signs, colons and dollar quotes": r'''
        op.execute("COMMENT ON TABLE accounts IS '100% of 5%s and %(x)s'")
        op.execute(sa.text("UPDATE accounts SET name = 'a\\:b' WHERE name LIKE 'n1%' AND id = :id").bindparams(id=1))
        op.execute("""CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$
            BEGIN -- a comment; with a semicolon
                RETURN 'it''s %' || $q$x$q$; END $body$; COMMENT ON FUNCTION f() IS 'two; in one';""")
        op.execute(sa.DDL("COMMENT ON COLUMN accounts.name IS '%(fullname)s 50%%'", context={"fullname": "x"}))
    ''',
    "several statements in one text": """
        op.execute(\"\"\"
            CREATE TABLE one (id int); -- the first; of two
            /* and; the second */ CREATE TABLE two (id int);
            INSERT INTO one VALUES (1), (2)
        \"\"\")
    """,
    "an enum made by hand": """
        from sqlalchemy.dialects import postgresql
        kind = postgresql.ENUM("a", "b", name="kind", create_type=False)
        kind.create(op.get_bind(), checkfirst=True)
        op.add_column("accounts", sa.Column("kind", kind, server_default="a"))
        other = sa.Enum("x", "y", name="other")
        other.create(op.get_bind())
        op.add_column("accounts", sa.Column("other", other))
    """,
    "metadata.create_all on the bind": """
        metadata = sa.MetaData()
        sa.Table("one", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("k", sa.Enum("a", name="k")))
        sa.Table("two", metadata, sa.Column("one", sa.ForeignKey("one.id"), index=True))
        metadata.create_all(op.get_bind())
    """,
    "op.f, comments and names": """
        op.create_table("items",
            sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
            sa.Column("account", sa.Integer, sa.ForeignKey("accounts.id", name=op.f("fk_items")), index=True,
                comment="who's"),
            sa.Column("n", sa.Numeric(10, 2), sa.Computed("id * 2", persisted=True)),
            sa.CheckConstraint("n > 0", name=op.f("ck_items_n")),
            sa.UniqueConstraint("account", "n", name=op.f("uq_items")),
            comment="things: 100%")
        op.create_index(op.f("ix_items"), "items", [sa.text("(n + 1)")], unique=True,
            postgresql_where=sa.text("n > 1"))
        op.create_exclude_constraint("ex_items", "items", ("account", "="), using="btree")
        op.create_table_comment("accounts", "those who pay", existing_comment=None)
    """,
    "a bind asked for before anything runs": """
        op.add_column("accounts", sa.Column("a", sa.Integer, server_default=str(kind)))
    """,
    "DO blocks": """
        op.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood') "
                   "THEN CREATE TYPE mood AS ENUM ('ok'); END IF; END $$")
        op.execute("DO $$ BEGIN FOR i IN 1..3 LOOP "
                   "EXECUTE format('CREATE TABLE part_%s (id int)', i); END LOOP; END $$")
    """,
    "a temporary table in between": """
        op.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM accounts")
        op.execute("DELETE FROM accounts")
        op.execute("INSERT INTO accounts SELECT * FROM kept")
        op.execute("DROP TABLE kept")
        op.add_column("accounts", sa.Column("a", sa.Integer))
    """,
    "an empty revision": "pass",
    "comments only": """
        op.execute("-- nothing to do here")
        op.execute("")
        op.execute("ALTER TABLE accounts ADD COLUMN a int -- done")
    """,
    "a driver's own cursor": """
        with op.get_bind().connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts ADD COLUMN a int")
        op.execute("UPDATE accounts SET a = 1")
    """,
    "raises what it catches itself": """
        try:
            op.get_bind().execute(sa.text("SELECT 1 / 1")).scalar()
        except BaseException:
            raise
        else:
            op.add_column("accounts", sa.Column("a", sa.Integer))
    """,
    "a type changed with USING": """
        op.alter_column("accounts", "name", type_=sa.LargeBinary, postgresql_using="name::bytea")
        op.alter_column("accounts", "id", type_=sa.BigInteger)
    """,
    "a column dropped, its name used again": """
        op.drop_column("accounts", "name")
        op.add_column("accounts", sa.Column("name", sa.Integer, nullable=False, server_default="7"))
        op.alter_column("accounts", "name", server_default=None)
    """,
}


@pytest.mark.parametrize("kind", REVISIONS)
def test_a_revision_leaves_what_alembic_leaves(twins: fix_project.Twins, kind: str) -> None:
    twins.project.revision(BEFORE)
    # Importing such a file works only while Alembic runs it.
    head = "kind = len(op.get_bind().dialect.name)" if "before anything" in kind else ""
    twins.project.revision(REVISIONS[kind], head=head)
    twins.project.revision("op.execute('SELECT 1'); op.create_table('after', sa.Column('id', sa.Integer))")
    twins.both("upgrade", "head")
    twins.same()


AFTER_A_COMMIT = {
    "the bind's": "op.get_bind().commit()",
    "as text": "op.execute('COMMIT')",
}


@pytest.mark.parametrize("commit", AFTER_A_COMMIT)
def test_what_follows_a_commit_of_the_revision_is_not_lost(twins: fix_project.Twins, commit: str) -> None:
    """Plain Alembic forgets it, or fails at the concurrent build."""
    twins.project.revision(BEFORE)
    twins.project.revision(
        f"""
        op.add_column("accounts", sa.Column("a", sa.Integer))
        {AFTER_A_COMMIT[commit]}
        op.create_index("ix_a", "accounts", ["a"], postgresql_concurrently=True)
        """
    )
    twins.project.revision("op.create_table('after', sa.Column('id', sa.Integer))")
    twins.project.safemigrate(twins.ours, "upgrade", "head").well()
    assert "CREATE INDEX ix_a ON public.accounts" in twins.ours.dump()
    assert "r3 (head)" in twins.project.safemigrate(twins.ours, "current").out


@contextmanager
def _listener() -> Iterator[tuple[int, list[bytes]]]:
    """A server on the loopback interface: its port, and what each connection has sent."""
    received: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                received.append(connection.recv(100))
                connection.sendall(b"42")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], received
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)


CALLS = """
    import socket
    with socket.create_connection(("127.0.0.1", {port})) as connection:
        connection.sendall(b"hello")
        answer = connection.recv(10).decode()
    op.add_column("accounts", sa.Column("a", sa.Integer, server_default=answer))
    {then}
"""


def test_a_network_call_is_made_once(twins: fix_project.Twins) -> None:
    with _listener() as (port, received):
        twins.project.revision(BEFORE)
        twins.project.revision(CALLS.format(port=port, then=""))
        planned = twins.project.safemigrate(twins.ours, "plan").well()
        assert "calls the network" in planned.out
        assert received == []
        twins.project.safemigrate(twins.ours, "upgrade", "head").well()
        assert received == [b"hello"]
        twins.project.alembic(twins.plain, "upgrade", "head").well()
    twins.same()


def test_a_revision_that_called_the_network_and_failed_is_not_tried_again(twins: fix_project.Twins) -> None:
    with _listener() as (port, received):
        twins.project.revision(BEFORE)
        twins.project.revision(CALLS.format(port=port, then="op.execute('SELECT 1 / 0')"))
        ended = twins.project.safemigrate(twins.ours, "upgrade", "head")
        assert ended.code == 5
        assert "not tried again: it calls the network" in ended.err
        assert received == [b"hello"]


def test_a_program_is_started_once(twins: fix_project.Twins, tmp_path: Path) -> None:
    log = tmp_path / "log"
    twins.project.revision(
        f"""
        import subprocess
        subprocess.run([{sys.executable!r}, "-c", "open({str(log)!r}, 'a').write('x')"], check=True)
        op.create_table("made", sa.Column("id", sa.Integer))
        """
    )
    twins.project.safemigrate(twins.ours, "plan").well()
    twins.project.safemigrate(twins.ours, "upgrade", "head").well()
    assert log.read_text() == "x"


def test_batch_operations_are_planned_with_the_lines_that_wrote_them(twins: fix_project.Twins) -> None:
    twins.project.revision(BEFORE)
    path = twins.project.revision(
        """
        with op.batch_alter_table("accounts") as batch:
            batch.add_column(sa.Column("a", sa.Integer))

            batch.create_index("ix_a", ["a"])
        """
    )
    lines = path.read_text().splitlines()
    planned = twins.project.safemigrate(twins.ours, "plan", "--statements").well().out
    for text in ("add_column", "create_index"):
        number = next(index for index, line in enumerate(lines, start=1) if f"batch.{text}" in line)
        assert f"r2.py:{number}" in planned
