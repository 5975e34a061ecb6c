"""What a revision says about its statements reaches them: from ``with`` blocks, directives and comments."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from safemigrate import capture, scratch
from safemigrate.capture import Captured
from safemigrate.statement import Marks
from tests.fix_project import Project

Read = Callable[..., Captured]
WITHOUT_REASON = "marked so"


@pytest.fixture
def read(project: Project, database: scratch.Database) -> Read:
    """Captures a revision with this body; in its table there are columns a, b and c."""
    with database.connect() as connection:
        connection.execute(b"CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int)")

    def captured(body: str, head: str = "import safemigrate.ops") -> Captured:
        path = project.revision(body, head=head)
        spec = importlib.util.spec_from_file_location("own_revision", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        engine = sa.create_engine(database.url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            with Operations.context(context):
                found = capture.capture(module.upgrade, context, connection, str(path))
        assert not found.error, found.error
        return found

    return captured


def reasons(captured: Captured) -> list[str]:
    return [statement.marks.as_written for statement in captured.statements]


def test_statements_in_the_block_are_marked_and_those_after_it_are_not(read: Read) -> None:
    captured = read("""
        with safemigrate.ops.as_written(reason="at night"):
            op.create_index("i", "t", ["a"])
            op.get_bind().execute(sa.text("DROP INDEX i"))
        op.create_index("j", "t", ["b"])
    """)
    assert reasons(captured) == ["at night", "at night", ""]


def test_the_block_marks_what_its_helpers_emit(read: Read) -> None:
    captured = read(
        """
        with safemigrate.ops.as_written(reason="at night"):
            index("a")
        index("b")
        """,
        head="""
        import safemigrate.ops

        def index(column):
            op.create_index(f"i{column}", "t", [column])
        """,
    )
    assert reasons(captured) == ["at night", ""]


def test_a_block_around_a_batch_marks_all_of_it_though_it_is_sent_later(read: Read) -> None:
    captured = read("""
        with safemigrate.ops.as_written(reason="at night"):
            with op.batch_alter_table("t") as batch:
                batch.drop_column("a")
                batch.drop_column("b")
        op.drop_column("t", "c")
    """)
    assert reasons(captured) == ["at night", "at night", ""]


def test_a_block_within_a_batch_marks_the_operations_in_it(read: Read) -> None:
    captured = read("""
        with op.batch_alter_table("t") as batch:
            batch.drop_column("a")
            with safemigrate.ops.as_written(reason="at night"):
                batch.drop_column("b")
            batch.drop_column("c")
    """)
    assert reasons(captured) == ["", "at night", ""]


def test_a_comment_marks_the_call_on_its_line_or_directly_below(read: Read) -> None:
    captured = read("""
        op.create_index("i", "t", ["a"])  # safemigrate: as-written one
        op.create_index("j", "t", ["a"])
        # safemigrate: as-written two
        op.create_index("k", "t", ["a"])

        # safemigrate: as-written nobody

        op.create_index("l", "t", ["a"])
    """)
    assert reasons(captured) == ["one", "", "two", ""]
    assert captured.notes == ()


def test_a_comment_of_several_lines_counts_whole(read: Read) -> None:
    captured = read("""
        # safemigrate: as-written
        # because we say so, and in the right place
        op.create_index("i", "t", ["a"])
    """)
    assert reasons(captured) == [WITHOUT_REASON]


def test_a_comment_on_any_line_of_a_call_marks_it(read: Read) -> None:
    captured = read('''
        op.create_index(
            "i",
            "t",  # safemigrate: as-written one
            ["a"],
        )
        op.execute("""
            UPDATE t SET a = 1
        """)  # safemigrate: as-written two
        op.execute("""
            -- # safemigrate: not a comment of Python
            UPDATE t SET a = 2
        """)
    ''')
    assert reasons(captured) == ["one", "two", ""]


def test_a_comment_in_the_body_of_a_loop_is_not_of_its_head(read: Read) -> None:
    captured = read("""
        for name in [op.execute("UPDATE t SET a = 1") or "b"]:
            # safemigrate: as-written in the body
            op.drop_column("t", name)
    """)
    assert reasons(captured) == ["", "in the body"]


def test_operations_of_a_batch_are_marked_on_their_own_lines(read: Read) -> None:
    captured = read("""
        with op.batch_alter_table("t") as batch:
            batch.drop_column("a")
            batch.drop_column("b")  # safemigrate: as-written own line
            # safemigrate: as-written line above
            batch.drop_column("c")
    """)
    assert reasons(captured) == ["", "own line", "line above"]


def test_a_mark_on_the_head_of_a_batch_or_at_the_call_of_a_helper_is_for_all_of_it(read: Read) -> None:
    captured = read(
        """
        # safemigrate: as-written the batch
        with op.batch_alter_table("t") as batch:
            batch.drop_column("a")
            batch.drop_column("b")
        index("i")  # safemigrate: as-written the helper
        index("j")
        """,
        head="""
        def index(name):
            op.create_index(name, "t", ["c"])
        """,
    )
    assert reasons(captured) == ["the batch", "the batch", "the helper", ""]


def test_a_comment_in_the_sql_marks_its_statement_only(read: Read) -> None:
    captured = read('''
        op.execute("""
            -- safemigrate: as-written it is small
            UPDATE t SET a = 1;
            UPDATE t SET b = 1;
        """)
    ''')
    assert reasons(captured) == ["it is small", ""]


def test_an_unknown_mark_is_a_note_with_its_line(read: Read) -> None:
    captured = read("""
        op.drop_column("t", "a")  # safemigrate: as-writen

        op.execute("UPDATE t SET b = 1 -- safemigrate: as is")
    """)
    assert reasons(captured) == ["", ""]
    first, second = captured.notes
    assert first.endswith(': unknown mark "as-writen"; known: as-written, ignore[rule], ignore-file[rule]')
    assert second.endswith(': unknown mark "as is"; known: as-written, ignore[rule], ignore-file[rule]')
    lines = [int(note.removeprefix("line ").partition(":")[0]) for note in captured.notes]
    assert lines == [statement.origin.line for statement in captured.statements if statement.origin]


def test_the_directives_ask_for_batches(read: Read) -> None:
    captured = read("""
        op.batched_update("t", {"a": 1}, key="id")
        safemigrate.ops.batched_delete("t", "a = 1", key=["id", "a"])
        op.execute("UPDATE t SET a = 1")
        with safemigrate.ops.as_written(reason="tiny"):
            op.backfill("t", {"b": sa.text("a + 1")})
    """)
    assert [statement.marks for statement in captured.statements] == [
        Marks(batched=True, key=("id",)),
        Marks(batched=True, key=("id", "a")),
        Marks(),
        Marks("tiny", batched=True),
    ]
    assert [statement.sql for statement in captured.statements] == [
        "UPDATE t SET a=1::INTEGER",
        "DELETE FROM t WHERE a = 1",
        "UPDATE t SET a = 1",
        "UPDATE t SET b=a + 1 WHERE t.b IS NULL",
    ]
