"""How statements become steps: what is one unit of retry, what stays together, and from where nothing can be undone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safemigrate import plan
from safemigrate.statement import Statement
from safemigrate.steps import Kind, Step


def steps(*sql: str) -> list[Step]:
    return plan.steps([Statement(text) for text in sql], version=18)


def kinds(found: list[Step]) -> list[Kind]:
    return [step.kind for step in found]


def test_each_statement_is_a_step_of_its_own() -> None:
    found = steps("ALTER TABLE t ADD COLUMN n int", "CREATE INDEX ix ON t (n)")
    assert [step.title for step in found] == ["add column t.n", "create index ix on t"]
    assert kinds(found) == [Kind.TRANSACTION, Kind.TRANSACTION]


def test_a_text_of_several_statements_is_cut() -> None:
    found = steps("ALTER TABLE t ADD COLUMN n int; CREATE INDEX ix ON t (n);\n-- end")
    assert [step.sql for step in found] == ["ALTER TABLE t ADD COLUMN n int", "CREATE INDEX ix ON t (n)"]


def test_what_a_transaction_block_refuses_is_sent_outside_one() -> None:
    assert kinds(steps("CREATE INDEX CONCURRENTLY ix ON t (n)", "VACUUM t")) == [Kind.AUTOCOMMIT, Kind.AUTOCOMMIT]


def test_settings_are_for_the_session_and_transaction_control_is_left_out() -> None:
    found = steps("SET LOCAL lock_timeout = '5s'", "COMMIT", "BEGIN", "RESET lock_timeout")
    assert kinds(found) == [Kind.SESSION, Kind.SKIPPED, Kind.SKIPPED, Kind.SESSION]
    assert found[0].sql == "SET lock_timeout = '5s'"
    assert "left out" in found[1].notes[0]


def test_equal_statements_are_numbered() -> None:
    found = steps("ANALYZE t", "CREATE TABLE n (a int)", "ANALYZE t")
    assert [step.occurrence for step in found] == [0, 0, 1]
    assert found[0].fingerprint == found[2].fingerprint


def test_what_is_done_to_a_new_table_is_covered_by_dropping_it() -> None:
    found = steps(
        "CREATE TABLE n (a int)",
        "CREATE INDEX ix ON n (a)",
        "INSERT INTO n VALUES (1)",
        "ALTER TABLE n ADD COLUMN b int",
        "ALTER TABLE n DROP COLUMN b",
        "COMMENT ON TABLE n IS 'x'",
        "CREATE TRIGGER tr BEFORE UPDATE ON n FOR EACH ROW EXECUTE FUNCTION f()",
    )
    assert found[0].undo.sql == ('DROP TABLE IF EXISTS "n"',)
    assert all(step.undo.covered for step in found[1:])


def test_filling_a_new_column_can_be_taken_back_with_it() -> None:
    found = steps("ALTER TABLE t ADD COLUMN n int", "UPDATE t SET n = 1", "ALTER TABLE t ALTER COLUMN n SET NOT NULL")
    assert [step.undo.covered for step in found] == [False, True, True]
    assert not steps("ALTER TABLE t ADD COLUMN n int", "UPDATE t SET n = 1, a = 2")[1].undo.possible


def test_a_table_that_may_have_been_there_covers_nothing() -> None:
    found = steps("CREATE TABLE IF NOT EXISTS n (a int)", "DELETE FROM n")
    assert found[0].undo.open
    assert not found[1].undo.possible


def test_a_renamed_new_table_keeps_its_cover_and_its_rename_is_taken_back() -> None:
    found = steps("CREATE TABLE n (a int)", "ALTER TABLE n RENAME TO m", "ALTER TABLE m DROP COLUMN a")
    assert found[1].undo.sql == ('ALTER TABLE "m" RENAME TO "n"',)
    assert found[2].undo.covered


def test_instant_statements_after_the_first_irreversible_one_are_done_with_it_or_not_at_all() -> None:
    found = steps("ALTER TABLE t ADD COLUMN n int", "ALTER TABLE t DROP COLUMN a", "ALTER TABLE u DROP COLUMN b")
    assert [len(step.statements) for step in found] == [1, 2]
    assert {str(lock.relation) for lock in found[1].impact.locks} == {"t", "u"}
    assert "not at all" in found[1].notes[0]


def test_a_point_of_no_return_is_marked_where_what_follows_takes_long() -> None:
    found = steps("DROP TABLE u", "CREATE INDEX CONCURRENTLY ix ON t (a)")
    assert len(found) == 2
    assert "point of no return" in found[0].notes[0]


def test_a_long_update_is_not_joined_with_a_strong_lock() -> None:
    found = steps("UPDATE t SET a = 1", "ALTER TABLE t DROP COLUMN b")
    assert len(found) == 2


def test_writes_alone_are_one_transaction_from_the_first_on() -> None:
    assert len(steps("INSERT INTO t SELECT * FROM u", "DELETE FROM u")) == 1


def test_the_last_statement_needs_no_mark() -> None:
    found = steps("ALTER TABLE t ADD COLUMN n int", "DROP TABLE u")
    assert [step.notes for step in found] == [(), ()]


def test_an_explicit_lock_holds_for_what_follows() -> None:
    found = steps("LOCK TABLE t IN SHARE MODE", "ALTER TABLE t ADD COLUMN a int", "COMMIT", "CREATE TABLE n (a int)")
    assert [len(step.statements) for step in found] == [2, 1, 1]


def test_deferred_constraints_and_temporary_tables_stay_in_their_transaction() -> None:
    assert len(steps("SET CONSTRAINTS ALL DEFERRED", "INSERT INTO t VALUES (1)", "INSERT INTO u VALUES (1)")) == 1
    assert len(steps("CREATE TEMP TABLE x AS SELECT * FROM t", "UPDATE t SET a = 1")) == 1


def test_unknown_statements_run_alone_and_cannot_be_undone() -> None:
    found = steps("SELECT launch()", "FROBNICATE", "CALL p()")
    assert [bool(step.impact.unknown) for step in found] == [True, True, True]
    assert not any(step.undo.possible for step in found)


def test_reading_needs_no_undo() -> None:
    assert steps("SELECT count(*) FROM t")[0].undo.sql == ()
    assert steps("SELECT count(*) FROM t")[0].undo.possible


POOL = [
    "CREATE TABLE n (a int)", "ALTER TABLE n ADD COLUMN b int", "UPDATE t SET a = 1", "DROP TABLE u", "COMMIT",
    "CREATE INDEX CONCURRENTLY ix ON t (a)", "SET lock_timeout = '1s'", "LOCK TABLE t", "ALTER TABLE t DROP COLUMN c",
    "SELECT f()", "CREATE TEMP TABLE x (a int)", "INSERT INTO t VALUES (1)",
]  # fmt: skip


@given(st.lists(st.sampled_from(POOL), max_size=12))
def test_every_statement_is_in_exactly_one_step_and_changes_keep_their_order(sql: list[str]) -> None:
    found = steps(*sql)
    sent = [statement.sql for step in found if step.kind.journalled for statement in step.statements]
    assert sent == [text for text in sql if not text.startswith(("COMMIT", "SET "))]
    assert sorted(statement.sql for step in found for statement in step.statements) == sorted(sql)


@given(st.lists(st.sampled_from(POOL), max_size=12))
def test_steps_have_names_of_their_own_within_the_revision(sql: list[str]) -> None:
    keys = [(step.fingerprint, step.occurrence) for step in steps(*sql)]
    assert len(set(keys)) == len(keys)


@given(st.lists(st.sampled_from(POOL), max_size=12))
def test_what_is_sent_outside_a_transaction_is_alone(sql: list[str]) -> None:
    assert all(len(step.statements) == 1 for step in steps(*sql) if step.kind is not Kind.TRANSACTION)
