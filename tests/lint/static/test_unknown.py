"""What the source alone does not tell: it is read as far as it goes, is not certain, and is said to be missing."""

from __future__ import annotations

import pytest

from safemigrate.capture.offline import Gap, Offline
from safemigrate.lint import static
from safemigrate.lint.static.fill import filled
from safemigrate.lint.static.values import TOKEN
from tests.lint.static.conftest import source

ROWS = 'op.get_bind().execute(sa.text("SELECT id, name FROM t")).fetchall()'


def told(record: Offline) -> list[tuple[str, bool]]:
    return [(each.statement.sql, each.certain) for each in record.sent]


def test_a_loop_over_rows_is_read_once(read) -> None:
    record = read(
        f"""
        for row in {ROWS}:
            op.execute(f"UPDATE t SET name = {{row.name}} WHERE id = {{row.id}}")
        op.execute("SELECT 1")
        """
    )
    assert told(record) == [("UPDATE t SET name = NULL WHERE id = NULL", False), ("SELECT 1", True)]
    assert record.reads == [10]
    assert not record.gaps


def test_what_is_unknown_in_a_text_becomes_a_value_or_a_name(read) -> None:
    record = read(
        f"""
        for row in {ROWS}:
            op.execute(f"ALTER TABLE {{row.name}} ADD COLUMN {{row[1]}} int")
            op.execute("DROP TABLE old_%s" % row.name)
            op.execute("COMMENT ON TABLE t IS '{{}}'".format(row.name))
            op.execute("DELETE FROM t WHERE id IN (" + ", ".join(str(each.id) for each in row.others) + ")")
            op.execute("CREATE INDEX " + ("CONCURRENTLY " if row.id else "") + "ix ON t (a)")
        """
    )
    assert [sql for sql, _ in told(record)] == [
        "ALTER TABLE unknown_name ADD COLUMN unknown_name int",
        "DROP TABLE old_unknown_name",
        "COMMENT ON TABLE t IS 'unknown_name'",
        "DELETE FROM t WHERE id IN (NULL)",
        "CREATE INDEX CONCURRENTLY ix ON t (a)",
    ]
    assert not any(certain for _, certain in told(record))


def test_parameters_from_rows_are_unknown_values(read) -> None:
    record = read(
        f"""
        bind = op.get_bind()
        t = sa.table("t", sa.column("id"), sa.column("name"))
        for row in {ROWS}:
            bind.execute(sa.text("UPDATE t SET name = :name"), {{"name": row.name}})
            op.execute(sa.text("DELETE FROM t WHERE name = :name").bindparams(name=row.name))
            bind.execute(t.update().values(name=row.name).where(t.c.id == row.id))
            bind.execute(t.insert(), [{{"id": each.id}} for each in row.more])
            op.bulk_insert(t, row.rows)
        """
    )
    assert told(record) == [
        ("UPDATE t SET name = 'unknown_name'", False),
        ("DELETE FROM t WHERE name = 'unknown_name'", False),
        ("UPDATE t SET name=NULL WHERE t.id = NULL", False),
        ("INSERT INTO t (id, name) VALUES (NULL, NULL)", False),
        ("INSERT INTO t (id, name) VALUES (NULL, NULL)", False),
    ]


def test_an_operation_on_an_unknown_table_is_told_and_is_a_gap(read) -> None:
    record = read(f"for row in {ROWS}:\n    op.drop_column(row.name, 'a')")
    assert told(record) == [('ALTER TABLE "unknown_name" DROP COLUMN a', False)]
    assert record.gaps == [Gap("gives op.drop_column a value for table_name that is not known", 11)]


def test_both_branches_of_an_unknown_condition_are_read(read) -> None:
    record = read(
        """
        if sa.inspect(op.get_bind()).has_table("t"):
            columns = ["a"]
            op.drop_table("t")
        elif os.environ.get("KEEP") == "1":
            columns = ["b"]
            op.drop_table("u")
        else:
            columns = ["c"]
        op.execute("SELECT 1")
        op.create_index("ix", "v", columns)
        """,
        "import os",
    )
    assert told(record) == [
        ("DROP TABLE t", False),
        ("DROP TABLE u", False),
        ("SELECT 1", True),
        ('CREATE INDEX ix ON v ("unknown_name")', False),
    ]
    assert [gap.why for gap in record.gaps] == ["gives op.create_index a value for columns that is not known"]


def test_what_follows_a_return_that_may_be_taken_is_not_certain(read) -> None:
    record = read(
        """
        def may(table):
            if sa.inspect(op.get_bind()).has_table(table):
                return
            op.drop_table(table)

        may("t")
        op.drop_table("u")
        for name in ("v", "w"):
            if sa.inspect(op.get_bind()).has_table(name):
                continue
            op.drop_table(name)
        op.drop_table("x")
        for name in ("y", "z"):
            op.drop_table(name)
            if sa.inspect(op.get_bind()).has_table(name):
                break
        op.drop_table("end")
        """
    )
    assert [(sql.split()[-1].strip('"'), certain) for sql, certain in told(record)] == [
        ("t", False),
        ("u", True),
        ("v", False),
        ("w", False),
        ("x", True),
        ("y", True),
        ("z", False),
        ("end", True),
    ]


def test_a_list_that_may_have_grown_is_not_certain(read) -> None:
    record = read(
        """
        tables = ["t"]
        if sa.inspect(op.get_bind()).has_table("u"):
            tables.append("u")
        for table in tables:
            op.drop_table(table)
        op.execute("DROP TABLE " + ", ".join(tables))
        op.execute("SELECT 1")
        """
    )
    assert told(record) == [
        ("DROP TABLE t", False),
        ("DROP TABLE u", False),
        ("DROP TABLE unknown_name", False),
        ("SELECT 1", True),
    ]


def test_handlers_are_read_as_possible(read) -> None:
    record = read(
        """
        try:
            op.execute("SELECT 1")
        except Exception as error:
            op.execute("SELECT 2")
            raise
        else:
            op.execute("SELECT 3")
        """
    )
    assert told(record) == [("SELECT 1", True), ("SELECT 3", True), ("SELECT 2", False)]
    assert not record.gaps


def test_a_batch_knows_what_was_put_into_it_in_doubt(read) -> None:
    record = read(
        """
        with op.batch_alter_table("t") as batch:
            batch.drop_column("a")
            if sa.inspect(op.get_bind()).has_table("u"):
                batch.drop_column("b")
        """
    )
    assert told(record) == [("ALTER TABLE t DROP COLUMN a", True), ("ALTER TABLE t DROP COLUMN b", False)]


def test_a_column_of_an_unknown_type_is_a_column(read) -> None:
    record = read(
        'op.add_column("t", sa.Column("g", Geometry("POINT"), nullable=False))',
        "from geoalchemy2 import Geometry",
    )
    assert told(record) == [("ALTER TABLE t ADD COLUMN g unknown_name NOT NULL", False)]
    assert [gap.why for gap in record.gaps] == [
        "calls geoalchemy2.Geometry of another module, which is not read",
        "gives a column a type that is not known",
    ]


def test_a_revision_that_raises_ends_there(read) -> None:
    record = read('op.drop_table("t")\nraise NotImplementedError("no way")\nop.drop_table("u")')
    assert told(record) == [("DROP TABLE t", True)]
    assert record.gaps == [Gap("raises NotImplementedError('no way')", 11)]


GAPS = {
    "a function of another module": ("audit(op)", "calls app.db.audit of another module, which is not read"),
    "a method of it": ("db.write()", "calls app.db.write of another module, which is not read"),
    "a text of another module": ("op.execute(SQL)", "gives op.execute a value for sqltext that is not known"),
    "a session's rows": ("Session(op.get_bind()).add(5)", "writes rows through the ORM, in SQL that is not read"),
    "a row that is changed": ("for row in db.rows:\n    row.a = 5", "changes an attribute, which is not read"),
    "rows found by a query": (
        "Session(op.get_bind()).query(Order).join(Line).delete()",
        "writes rows through the ORM, in SQL that is not read",
    ),
    "an operation that Alembic does not have": ("op.create_entity(5)", "calls op.create_entity, which is not read"),
    "a function that is chosen": (
        "f = op.drop_table if db.x else op.execute\nf('t')",
        "calls what is not known, which is not read",
    ),
    "a function by a name that is not known": (
        "getattr(op, db.name)('t')",
        "calls what is not known, which is not read",
    ),
    "a function that is hidden": (
        "SimpleNamespace(f=op.drop_table).f('t')",
        "gives a function to something that is not known",
    ),
    "a decorator": ("decorated()", "calls decorated as retry(3) makes it, which is not read"),
    "a class of the file": ("Own().migrate()", "calls class Own, which is not read"),
    "a wrong call": ("op.drop_table()", "TypeError: "),
    "too many SQL unknown": ("op.execute(f'CREATE {db.what} OR NOT')", "sends SQL of which too much is not known"),
    "a file": ("op.execute(open('x.txt').read())", "reads a file that is not an SQL file of the environment"),
    "a coroutine": ("op.run_async(db.x)", "calls op.run_async, which is not read"),
}


OTHERS = """
from types import SimpleNamespace
from app import db
from app.db import SQL, Line, Order, audit
from app.tools import retry
from sqlalchemy.orm import Session

class Own:
    def migrate(self):
        op.drop_table("t")

@retry(3)
def decorated():
    op.drop_table("t")
"""


@pytest.mark.parametrize("what", GAPS)
def test_what_is_not_understood_is_a_gap_with_its_line(what, revision) -> None:
    body, why = GAPS[what]
    text = source(body, OTHERS)
    record = revision.static(text)
    found = [gap for gap in record.gaps if gap.why.startswith(why)]
    assert found, record.gaps
    last = body.splitlines()[-1].strip()
    assert [text.splitlines()[gap.line - 1].strip() for gap in found] == [last]


def test_a_function_that_does_nothing_has_no_gaps(read) -> None:
    record = read('"""Nothing."""\npass', "import logging\nlogger = logging.getLogger(__name__)")
    assert not record.gaps
    assert not record.sent
    assert not read('print("x")\nlogger.info("y")', "import logging\nlogger = logging.getLogger(__name__)").gaps


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("revision = 'a'", "has no upgrade()"),
        ("from x import upgrade", "calls x.upgrade of another module, which is not read"),
        ("def upgrade(:", "it is not valid Python: invalid syntax (line 1)"),
        ("x = '\0'", "it is not valid Python: source code string cannot contain null bytes"),
        ("(" * 5000, "it is not valid Python: too many nested parentheses (line 1)"),
        ("x = " + "-" * 100_000 + "1", "it is nested too deeply to be read"),
        ("#" * 6_000_000, "it is larger than what is read"),
    ],
)
def test_a_text_that_is_no_revision_is_a_gap(text, why, revision) -> None:
    assert [gap.why for gap in revision.static(text).gaps] == [why]


def test_unknown_pieces_are_filled_so_that_the_sql_parses() -> None:
    assert filled(f"DROP TABLE {TOKEN}") == ("DROP TABLE unknown_name", True)
    assert filled(f"SELECT {TOKEN} FROM {TOKEN}.t") == ("SELECT NULL FROM unknown_name.t", True)
    assert filled(f"INSERT INTO t VALUES ({TOKEN}, 'a{TOKEN}')") == (
        "INSERT INTO t VALUES (NULL, 'aunknown_name')",
        True,
    )
    assert filled(f"CREATE TABLE t (a int) {TOKEN}") == ("CREATE TABLE t (a int) ", True)
    assert filled(f"{TOKEN} {TOKEN} nonsense") == ("unknown_name unknown_name nonsense", False)


def test_a_header_is_read_from_literals() -> None:
    assert static.header(
        '"""What it does.\n\nMore."""\nrevision: str = "b"\ndown_revision: str | None = "a"\n'
        'branch_labels = ("x", "y")\ndepends_on = None\ndef upgrade(): pass\nfrom x import downgrade\n'
    ) == static.Header("b", ("a",), (), ("x", "y"), "What it does.", True, True)
    assert static.header("revision = 'a'") == static.Header("a")
    assert static.header("revision = 'c'\ndown_revision = ('a', 'b')") == static.Header("c", ("a", "b"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "x = 1", "revision = None", "revision = 5", "revision = name()", "revision = {[]: 1}"),
        *("revision = 'a'\ndown_revision = f()", "revision = 'a'\ndown_revision = 5"),
        *("def", "\0", "\ud800", "(" * 5000),
    ],
)
def test_what_declares_no_revision_has_no_header(text) -> None:
    assert static.header(text) is None


def test_the_stand_in_for_the_unknown_is_no_character_of_a_name() -> None:
    assert not TOKEN.isidentifier()


def test_a_type_that_is_created_with_unknown_values_is_a_gap(read) -> None:
    record = read("sa.Enum(*VALUES, name='e').create(op.get_bind())", "from app import VALUES")
    assert [gap.why for gap in record.gaps] == ["calls Enum().create, which is not read"]


def test_a_table_with_unknown_columns_is_made_all_the_same(read) -> None:
    record = read("op.create_table('t', sa.Column('a', sa.Integer), *common())", "from app import common")
    assert told(record) == [("CREATE TABLE t (\n\ta INTEGER\n)", False)]
    assert [gap.why for gap in record.gaps] == [
        "calls app.common of another module, which is not read",
        "gives op.create_table arguments that are not known",
    ]


def test_a_backfill_that_goes_on_until_nothing_is_left_is_read_once(read) -> None:
    record = read(
        """
        while True:
            done = op.get_bind().execute(sa.text("UPDATE t SET a = 1 WHERE a IS NULL"))
            if done.rowcount == 0:
                break
            print(done)
        op.execute("SELECT 1")
        """
    )
    assert told(record) == [("UPDATE t SET a = 1 WHERE a IS NULL", True), ("SELECT 1", True)]


def test_what_follows_a_try_that_returns_is_not_certain(read) -> None:
    record = read(
        """
        try:
            op.drop_table("t")
            return
        except Exception:
            op.drop_table("u")
        op.drop_table("v")
        """
    )
    assert [certain for _, certain in told(record)] == [True, False, False]


def test_what_env_py_uses_is_the_same_database(read) -> None:
    record = read(
        'context.get_bind().execute(sa.text("TRUNCATE t"))\n'
        'if context.get_x_argument(as_dictionary=True).get("x"):\n    context.execute("TRUNCATE u")',
        "from alembic import context",
    )
    assert told(record) == [("TRUNCATE t", True), ("TRUNCATE u", False)]


def test_the_text_type_of_sqlmodel_is_known(read) -> None:
    record = read("op.add_column('t', sa.Column('a', sqlmodel.sql.sqltypes.AutoString(9)))", "import sqlmodel")
    assert told(record) == [("ALTER TABLE t ADD COLUMN a VARCHAR(9)", True)]
    assert not record.gaps
