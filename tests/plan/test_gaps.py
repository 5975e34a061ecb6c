"""What is taken away and put back in one revision is one transaction."""

from __future__ import annotations

import pytest

from safemigrate import plan
from safemigrate.statement import Statement, split
from safemigrate.steps import Kind
from tests.fix_project import Twins


def numbers(sql: str) -> list[int]:
    """How many statements each transaction has."""
    steps = plan.steps([Statement(each) for each in split(sql)], version=18)
    return [len(step.statements) for step in steps if step.kind is Kind.TRANSACTION]


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW v; ALTER TABLE t ADD x int; CREATE VIEW v AS SELECT 1",
        "ALTER TABLE t RENAME TO old; ANALYZE z; ALTER TABLE new RENAME TO t",
        "ALTER TABLE t RENAME TO t2; ALTER TABLE t2 ADD x int; CREATE VIEW t AS SELECT * FROM t2",
        "DROP TRIGGER a ON t; ALTER TABLE t ADD x int; CREATE TRIGGER a BEFORE INSERT ON t EXECUTE FUNCTION f()",
        "DROP FUNCTION f(); ALTER TABLE t ADD x int; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP POLICY p ON t; ALTER TABLE t ADD x int; CREATE POLICY p ON t USING (true)",
        "ALTER TABLE t DISABLE TRIGGER USER; UPDATE t SET x = 1; ALTER TABLE t ENABLE TRIGGER USER",
        "ALTER TABLE t DISABLE ROW LEVEL SECURITY; UPDATE t SET x = 1; ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    ],
)
def test_nobody_sees_a_gap_that_the_revision_closes(sql: str) -> None:
    assert numbers(f"ALTER TABLE before ADD x int; {sql}; ALTER TABLE z ADD y int") == [1, 3, 1]


def test_gaps_that_overlap_are_one() -> None:
    first, second = "DROP VIEW v; DROP VIEW w; CREATE VIEW v AS SELECT 1", "CREATE VIEW w AS SELECT 1"
    assert numbers(f"{first}; {second}; ALTER TABLE z ADD y int") == [4, 1]


def test_what_is_not_put_back_under_its_name_stays_apart() -> None:
    assert numbers("DROP VIEW v; CREATE VIEW w AS SELECT 1; ALTER TABLE a RENAME TO b") == [1, 1, 1]


def test_a_command_that_cannot_be_in_a_transaction_keeps_its_neighbours_apart() -> None:
    assert numbers("DROP VIEW v; CREATE INDEX CONCURRENTLY i ON t (a); CREATE VIEW v AS SELECT 1") == [1, 1]


def test_a_view_that_was_made_anew_in_one_step_comes_back_as_it_was(twins: Twins) -> None:
    twins.project.revision("""
        op.execute("CREATE TABLE t (a int)")
        op.execute("CREATE VIEW v AS SELECT a FROM t")
    """)
    twins.both("upgrade", "head")
    twins.project.revision("""
        op.execute("DROP VIEW v")
        op.execute("ALTER TABLE t ADD COLUMN b int")
        op.execute("CREATE VIEW v AS SELECT a, b FROM t")
        op.execute("SELECT 1 / 0")
    """)
    assert twins.project.safemigrate(twins.ours, "upgrade", "head").code == 5
    twins.same()
