"""What goes by CASCADE, as far as the history knows."""

from __future__ import annotations

import pytest

from safemigrate.facts import LockMode
from safemigrate.lint.schema import Schema, dependants, impact, replay
from safemigrate.statement import Statement, forms, split
from safemigrate.statement.forms import Relation

HISTORY = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE a (id bigint PRIMARY KEY, note text, said mood, size int GENERATED ALWAYS AS (length(note)) STORED);
CREATE TABLE sales.b (id bigint PRIMARY KEY, a bigint CONSTRAINT b_fk REFERENCES a);
CREATE TABLE c (b bigint CONSTRAINT c_fk REFERENCES sales.b);
CREATE VIEW first AS SELECT id, note FROM a;
CREATE MATERIALIZED VIEW second AS SELECT id FROM first;
"""


@pytest.fixture
def schema() -> Schema:
    made = Schema()
    for text in split(HISTORY):
        replay.apply(made, Statement(text).forms, text)
    return made


def drops(schema: Schema, sql: str) -> list[str]:
    (form,) = Statement(sql).forms
    return [each.drop for each in dependants.of(form, schema)]


def test_a_view_of_a_view_goes_before_it(schema: Schema) -> None:
    assert drops(schema, "DROP TABLE a CASCADE") == [
        'op.execute("DROP MATERIALIZED VIEW second")',
        'op.execute("DROP VIEW first")',
        'op.drop_constraint("b_fk", "b", type_="foreignkey", schema="sales")',
    ]


def test_a_column_takes_the_views_that_show_it_and_what_is_computed_from_it(schema: Schema) -> None:
    assert drops(schema, "ALTER TABLE a DROP COLUMN note CASCADE") == [
        'op.execute("DROP MATERIALIZED VIEW second")',
        'op.execute("DROP VIEW first")',
        'op.drop_column("a", "size")',
    ]
    assert drops(schema, "ALTER TABLE a DROP COLUMN size CASCADE") == []


def test_a_key_takes_the_foreign_keys_that_point_at_it(schema: Schema) -> None:
    foreign = 'op.drop_constraint("b_fk", "b", type_="foreignkey", schema="sales")'
    assert drops(schema, "ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE") == [foreign]
    assert foreign in drops(schema, "ALTER TABLE a DROP COLUMN id CASCADE")


def test_a_type_takes_its_columns_and_a_schema_its_tables(schema: Schema) -> None:
    assert drops(schema, "DROP TYPE mood CASCADE") == ['op.drop_column("a", "said")']
    assert drops(schema, "DROP SCHEMA sales CASCADE") == [
        'op.drop_constraint("c_fk", "c", type_="foreignkey")',
        'op.drop_table("b", schema="sales")',
    ]


def test_views_that_go_round_in_a_circle_come_to_an_end(schema: Schema) -> None:
    # No server has them; a history that was read in part may.
    for text in ("CREATE VIEW x AS SELECT * FROM y", "CREATE VIEW y AS SELECT * FROM x"):
        replay.apply(schema, Statement(text).forms, text)
    assert len(drops(schema, "DROP VIEW x CASCADE")) == 2


def test_truncate_cascade_empties_and_locks_all_whose_foreign_keys_lead_there(schema: Schema) -> None:
    (form,) = Statement("TRUNCATE a CASCADE").forms
    assert isinstance(form, forms.Truncate)
    others = [Relation("b", "sales"), Relation("c", "public")]
    assert impact.emptied(form, schema) == others
    locks = {lock.relation: lock.mode for lock in impact.of(form, schema, 18).locks}
    assert {locks[each] for each in others} == {LockMode.ACCESS_EXCLUSIVE}
    (alone,) = Statement("TRUNCATE a").forms
    assert [lock.relation for lock in impact.of(alone, schema, 18).locks] == [Relation("a")]
