"""What ATTACH PARTITION, and a constraint that comes with its column, read on the schema that the history has made."""

from __future__ import annotations

from safemigrate.facts import LockMode
from safemigrate.lint import impact, replay
from safemigrate.lint.schema import Schema
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
