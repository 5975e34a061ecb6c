"""What a form does on the schema that the history has made: partitions, constraints, types, defaults."""

from __future__ import annotations

import pytest

from safemigrate.facts import LockMode
from safemigrate.lint.schema import Schema, impact, replay
from safemigrate.statement import Statement, forms, split
from safemigrate.statement.forms import Relation

DEFAULT = Relation("d", "public")


def attached(sql: str) -> tuple[dict[Relation, LockMode], tuple[Relation, ...]]:
    schema = Schema()
    for text in split(f"CREATE TABLE p (a int) PARTITION BY RANGE (a); {sql}"):
        replay.apply(schema, Statement(text).forms, text)
    (form,) = Statement("ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (1) TO (2)").forms
    claim = impact.of(form, schema, 18)
    return {lock.relation: lock.mode for lock in claim.locks}, claim.scans


def test_the_default_partition_is_read_under_the_same_lock_as_the_new_one() -> None:
    locks, scans = attached("CREATE TABLE d PARTITION OF p DEFAULT; CREATE TABLE c (a int)")
    assert locks[DEFAULT] is LockMode.ACCESS_EXCLUSIVE
    assert scans == (Relation("c"), DEFAULT)


def test_a_default_partition_that_was_detached_is_none() -> None:
    locks, scans = attached("CREATE TABLE d PARTITION OF p DEFAULT; ALTER TABLE p DETACH PARTITION d")
    assert DEFAULT not in locks
    assert scans == (Relation("c"),)


def test_a_valid_check_on_the_partition_key_spares_the_reading() -> None:
    _locks, scans = attached("CREATE TABLE c (a int CHECK (a IS NOT NULL AND a >= 1 AND a < 2))")
    assert scans == ()
    _locks, scans = attached("CREATE TABLE c (a int); ALTER TABLE c ADD CHECK (a >= 1) NOT VALID")
    assert scans == (Relation("c"),)


def test_a_partition_is_told_to_be_the_default_one() -> None:
    (form,) = Statement("ALTER TABLE p ATTACH PARTITION c DEFAULT").forms
    assert isinstance(form, forms.AttachPartition)
    assert form.default
    (created,) = Statement("CREATE TABLE d PARTITION OF p DEFAULT").forms
    assert isinstance(created, forms.CreateTable)
    assert created.default_partition


def test_a_constraint_of_a_new_column_that_is_not_enforced_reads_nothing() -> None:
    (form,) = Statement("ALTER TABLE t ADD COLUMN a int CHECK (a > 0) NOT ENFORCED").forms
    assert isinstance(form, forms.AddColumn)
    assert [each.not_valid for each in form.column.constraints] == [True]
    assert impact.of(form, Schema(), 18).instant


def changed(history: str, sql: str) -> tuple[bool, bool, bool]:
    """Whether the last statement rewrites, builds, scans."""
    schema = Schema()
    for text in split(history):
        replay.apply(schema, Statement(text).forms, text)
    (form,) = Statement(sql).forms
    claim = impact.of(form, schema, 18)
    return bool(claim.rewrites), bool(claim.builds), bool(claim.scans)


@pytest.mark.parametrize(
    ("columns", "more", "seen"),
    [
        ("a varchar(5)", "", (False, False, False)),
        ("a varchar(5) CHECK (a <> '')", "", (False, False, True)),
        ("a varchar(5), b text CHECK (b <> '')", "", (False, False, False)),
        ("a varchar(5) UNIQUE", "", (False, False, False)),
        ("a varchar(5)", "CREATE INDEX i ON t (a) WHERE a <> ''", (False, True, True)),
        ("a varchar(5)", "CREATE INDEX i ON t (a)", (False, False, False)),
        ('a varchar(5) COLLATE "C"', "CREATE INDEX i ON t (a)", (False, True, True)),
        ('a varchar(5) COLLATE "C"', "", (False, False, False)),
        ("a bytea", "", (True, False, True)),
    ],
)
def test_another_type_reads_checks_and_builds_indexes_also_where_nothing_is_rewritten(
    columns: str, more: str, seen: tuple[bool, bool, bool]
) -> None:
    assert changed(f"CREATE TABLE t ({columns}); {more}", "ALTER TABLE t ALTER a TYPE text") == seen


def test_a_serial_is_an_integer_afterwards() -> None:
    assert changed("CREATE TABLE t (a bigserial)", "ALTER TABLE t ALTER a TYPE bigint") == (False, False, False)
    assert changed("CREATE TABLE t (a serial)", "ALTER TABLE t ALTER a TYPE bigint")[0]


@pytest.mark.parametrize(
    ("function", "rewrites"),
    [
        ("LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'", True),
        ("LANGUAGE sql VOLATILE AS 'SELECT 1'", True),
        ("LANGUAGE sql AS 'SELECT 1'", True),
        ("LANGUAGE sql STABLE AS 'SELECT 1'", False),
        ("LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END'", False),
    ],
)
def test_a_default_is_as_volatile_as_the_function_of_the_history(function: str, rewrites: bool) -> None:
    history = f"CREATE FUNCTION f() RETURNS int {function}; CREATE TABLE t (a int)"
    assert changed(history, "ALTER TABLE t ADD b int DEFAULT f()")[0] is rewrites


def test_of_functions_with_one_name_the_most_volatile_counts_until_it_is_replaced() -> None:
    one, two = ("CREATE FUNCTION f({}) RETURNS int LANGUAGE plpgsql {} AS ''".format(*each) for each in (
        ("", "VOLATILE"), ("a int", "IMMUTABLE"),
    ))  # fmt: skip
    added = "ALTER TABLE t ADD b int DEFAULT f()"
    assert changed(f"{one}; {two}; CREATE TABLE t (a int)", added)[0]
    replaced = one.replace("CREATE", "CREATE OR REPLACE").replace("VOLATILE", "STABLE")
    assert not changed(f"{one}; {replaced}; CREATE TABLE t (a int)", added)[0]


@pytest.mark.parametrize(
    ("domain", "rewrites"),
    [("int", False), ("int CHECK (VALUE > 0)", True), ("int NOT NULL", True), ("int DEFAULT 1", False)],
)
def test_a_column_of_a_domain_with_a_constraint_rewrites(domain: str, rewrites: bool) -> None:
    assert changed(f"CREATE DOMAIN d AS {domain}; CREATE TABLE t (a int)", "ALTER TABLE t ADD b d")[0] is rewrites


def test_a_domain_keeps_its_constraint_under_another_name() -> None:
    history = "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CHECK (VALUE > 0); ALTER DOMAIN d RENAME TO e"
    assert changed(f"{history}; CREATE TABLE t (a int)", "ALTER TABLE t ADD b e")[0]
