"""In whatever way a revision is written: what is read from its source is what it sends when it runs."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

VERSIONS = sorted((Path(__file__).parents[3] / "migrations" / "versions").glob("*.py"))

WAYS = {
    "operations": """
        op.create_table(
            "t",
            sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
            sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()),
            sa.UniqueConstraint("at", name="uq"),
        )
        op.create_index("ix", "t", ["at", sa.text("lower(name)")], unique=True, postgresql_where=sa.text("id > 5"))
        op.create_foreign_key("fk", "t", "u", ["id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True)
        op.create_check_constraint("ck", "t", sa.column("id") > 0)
        op.alter_column("t", "id", existing_type=sa.Integer(), type_=sa.BigInteger(), nullable=False)
        op.drop_constraint("fk", "t", type_="foreignkey")
        op.rename_table("t", "t2", schema="s")
    """,
    "concurrently outside autocommit": 'op.create_index("ix", "t", ["a"], postgresql_concurrently=True)',
    "column with an index, a key": """
        op.add_column("t", sa.Column("a", sa.Integer, sa.ForeignKey("u.id"), index=True))
        op.add_column("t", sa.Column("b", sa.Integer, unique=True))
    """,
    "not null with a default of Python": 'op.add_column("t", sa.Column("a", sa.Integer, default=0, nullable=False))',
    "volatile default": """
        op.add_column("t", sa.Column("a", sa.Uuid, server_default=sa.text("gen_random_uuid()")))
        op.add_column("t", sa.Column("b", sa.Uuid, server_default=sa.func.gen_random_uuid(), nullable=False))
    """,
    "identity and computed": """
        op.add_column("t", sa.Column("a", sa.Integer, sa.Identity(always=True)))
        op.add_column("t", sa.Column("b", sa.Integer, sa.Computed("a * 2", persisted=True)))
    """,
    "column with a check": 'op.add_column("t", sa.Column("a", sa.Integer, sa.CheckConstraint("a > 0", name="ck")))',
    "not valid, then validated": """
        op.create_check_constraint("ck", "t", "a > 0", postgresql_not_valid=True)
        op.execute("ALTER TABLE t VALIDATE CONSTRAINT ck")
    """,
    "texts put together": """
        table, column = "t", "a"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column!s} {KIND.upper():>8}")
        op.execute("ALTER TABLE {} DROP COLUMN {name}".format(table, name=column))
        op.execute("UPDATE %s SET b = %d" % (table, 5))
        op.execute("DELETE FROM " + table + " WHERE " + " AND ".join(f"{each} = 1" for each in ("a", "b")))
        op.execute(STATEMENT)
    """,
    "loops": """
        for number, table in enumerate(TABLES):
            if table == "skipped":
                continue
            op.create_index(f"ix_{number}", table, ["a"])
        for table, (column, kind) in {"t": ("a", sa.Integer), "u": ("b", sa.Text())}.items():
            op.add_column(table, sa.Column(column, kind))
        while TABLES:
            op.drop_table(TABLES.pop())
            if len(TABLES) == 1:
                break
        op.bulk_insert(sa.table("t", sa.column("a"), sa.column("b")), [{"a": n, "b": str(n)} for n in range(3)])
    """,
    "functions of the file": """
        index("t")
        index("u", column="b", concurrently=True)
        index(*["v"], **{"column": "c"})
        (lambda table: op.drop_table(table))("w")
        op.add_column("t", timestamps("made_at"))
    """,
    "aliases": """
        operations.add_column("t", alchemy.Column("a", alchemy.Integer))
        alembic.op.drop_table("u")
        drop_table("v")
        op.invoke(ops.DropTableOp("w"))
        run = op.execute
        run("SELECT 1")
    """,
    "batch": """
        with op.batch_alter_table("t", schema="s") as batch:
            batch.add_column(sa.Column("a", sa.Integer, nullable=False))
            batch.alter_column(
                "b",
                nullable=False,
            )
            for name in ("c", "d"):
                batch.drop_column(name)
    """,
    "several statements in one text": """
        op.execute("ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 1; -- done")
        op.execute(sa.text("DELETE FROM t WHERE a = :a").bindparams(a="it's"))
    """,
    "DO": 'op.execute("DO $$ BEGIN ALTER TABLE t ADD COLUMN a int; END $$")',
    "bind": """
        bind = op.get_bind()
        bind.execute(sa.text("UPDATE t SET a = :a"), {"a": 1})
        bind.execute(sa.text("INSERT INTO t (a) VALUES (:a)"), [{"a": 1}, {"a": 2}])
        bind.exec_driver_sql("ALTER TABLE t DROP COLUMN a")
        op.get_context().bind.execute(sa.text("TRUNCATE t"))
        if bind.dialect.name == "postgresql" and bind.dialect.server_version_info >= (12,):
            op.execute("SELECT 12")
        else:
            op.execute("SELECT 1")
        bind.commit()
    """,
    "session": """
        session = Session(bind=op.get_bind())
        session.execute(sa.update(users).values(name=sa.func.lower(users.c.name)).where(users.c.id.in_([1, 2])))
        session.execute(sa.delete(users))
        session.flush()
        with Session(op.get_bind()) as other:
            other.execute(sa.text("TRUNCATE users"))
    """,
    "mapped class": """
        session = sessionmaker(bind=op.get_bind())()
        session.query(User).filter(User.name == "x").update({"name": "y"}, synchronize_session=False)
        session.query(User).filter_by(id=5).delete(synchronize_session=False)
        op.execute(sa.update(User).values(name=None))
    """,
    "enums": """
        state = postgresql.ENUM("a", "b", name="state")
        state.create(op.get_bind(), checkfirst=True)
        op.add_column("t", sa.Column("s", state, nullable=False, server_default=Kind.SMALL.value))
        op.add_column("t", sa.Column("k", sa.Enum(Kind, values_callable=lambda kind: [each.value for each in kind])))
        op.create_table("v", sa.Column("k", sa.Enum(Kind, name="made")))
        op.execute("ALTER TYPE state ADD VALUE 'c'")
    """,
    "commits": """
        op.add_column("t", sa.Column("a", sa.Integer))
        op.execute("COMMIT")
        op.execute("CREATE INDEX CONCURRENTLY ix ON t (a)")
    """,
    "autocommit": """
        op.add_column("t", sa.Column("a", sa.Integer))
        context = op.get_context()
        with context.autocommit_block():
            op.create_index("i", "t", ["a"], postgresql_concurrently=True)
        with outside("5s") as name:
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON t (a)")
        op.execute("SELECT 1")
    """,
    "tables of one's own": """
        metadata = sa.MetaData(schema="s")
        t = sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("j", postgresql.JSONB))
        metadata.create_all(op.get_bind())
        op.execute(t.update().values(j=sa.cast("{}", postgresql.JSONB)).where(t.c["j"].is_(None) & (t.c.id > 5)))
        missing = ~sa.exists().where(users.c.id == t.c.id)
        op.execute(t.insert().from_select(["id"], sa.select(users.c.id).where(missing)))
        op.execute(postgresql.insert(t).values(id=1).on_conflict_do_nothing())
    """,
    "directives": """
        ours.backfill("t", {"a": sa.text("b * 2")}, key="id")
        op.batched_delete("t", "a < 5")
        with ours.as_written(reason="small"):
            op.create_index("ix", "t", ["a"])
        # safemigrate: as-written nobody looks
        op.drop_table("u")
    """,
    "what fails is caught": """
        try:
            op.execute("SELECT 1")
        finally:
            op.execute("SELECT 2")
        with contextlib.suppress(ValueError):
            op.execute("SELECT 3")
    """,
    "matching and unpacking": """
        first, *rest = ["a", "b", "c"]
        if (last := rest[-1]) == "c" and not first.startswith("x"):
            op.drop_table(last)
        names = sorted({each.upper() for each in rest}, reverse=True)
        names += ["z"]
        names[0] = "first"
        counts = {name: len(name) for name in names}
        counts["more"] = 5
        op.execute(f"INSERT INTO t VALUES {tuple(names)}, {counts['first']:>3}, {[*counts][1:]}")
        op.execute(textwrap.dedent(" SELECT 1").strip() if counts else "SELECT 2")
    """,
}

HEAD = """
import contextlib
import enum
import textwrap
from contextlib import contextmanager

import alembic
import alembic.op
import safemigrate.ops as ours
import sqlalchemy as alchemy
from alembic import op as operations
from alembic.op import drop_table
from alembic.operations import ops
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, declarative_base, sessionmaker

KIND: str = "integer"
STATEMENT = (
    "CREATE VIEW v AS "
    "SELECT 1"
)
TABLES = ["t"] + ["skipped", "u"]
users = sa.table("users", sa.column("id", sa.Integer), sa.column("name", sa.Text))
Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column("name", sa.Text)


class Kind(str, enum.Enum):
    SMALL = "small"
    LARGE = "large"


def index(table: str, column: str = "a", *, concurrently: bool = False) -> None:
    '''One index.'''
    name = f"ix_{table}_{column}"
    if concurrently:
        with op.get_context().autocommit_block():
            op.create_index(name, table, [column], postgresql_concurrently=True)
        return
    op.create_index(name, table, [column])


def timestamps(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


@contextmanager
def outside(limit):
    with op.get_context().autocommit_block():
        op.execute(f"SET lock_timeout = '{limit}'")
        yield "ix_inside"
        op.execute("RESET lock_timeout")
"""


@pytest.mark.parametrize("way", WAYS)
def test_the_source_tells_what_the_revision_sends(way: str, revision) -> None:
    text = revision.write(WAYS[way], HEAD)
    read, ran = revision.static(text), revision.run()
    assert ran.sent
    assert not ran.gaps
    assert read.gaps == []
    assert read.sent == ran.sent
    assert read.reads == ran.reads
    assert read.whole == ran.whole


def test_sql_files_beside_the_revision_are_read(revision) -> None:
    text = revision.write(
        """
        op.execute((Path(__file__).parent / "up.sql").read_text())
        with open(os.path.join(os.path.dirname(__file__), "..", "sql", "more.sql")) as file:
            op.execute(file.read())
        """,
        "import os\nfrom pathlib import Path",
    )
    (revision.path.parent / "up.sql").write_text("CREATE TABLE t (a int)")
    (revision.path.parents[1] / "sql").mkdir()
    (revision.path.parents[1] / "sql" / "more.sql").write_text("DROP TABLE u; DROP TABLE v")
    read = revision.static(text)
    assert not read.gaps
    assert [each.statement.sql for each in read.sent] == ["CREATE TABLE t (a int)", "DROP TABLE u", "DROP TABLE v"]
    assert read.sent == revision.run().sent


@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
def test_the_sample_history_is_read_as_it_runs(direction, revision) -> None:
    """Of 50 revisions two read rows and then decide: there the source shows more than a run over empty tables."""
    same = 0
    for path in VERSIONS:
        each = type(revision)(path)
        read, ran = each.static(path.read_text(), direction), each.run(direction)
        assert not read.gaps, path.name
        certain = [sent for sent in read.sent if sent.certain]
        assert [sent for sent in ran.sent if sent in certain] == certain
        assert {sent.statement for sent in ran.sent} <= {sent.statement for sent in read.sent}
        same += read.sent == ran.sent
    assert len(VERSIONS) == 50
    assert same == (48 if direction == "upgrade" else 50)


def test_a_file_need_not_be_importable(read) -> None:
    record = read('op.drop_table("t")', "import nowhere_to_be_found\nfrom . import neither")
    assert not record.gaps
    assert [each.statement.sql for each in record.sent] == ["DROP TABLE t"]
    assert importlib.util.find_spec("nowhere_to_be_found") is None
