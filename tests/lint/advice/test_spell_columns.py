"""Columns spelled as operations: what is spelled renders to the statement that was meant."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from safemigrate.capture import nowhere, offline
from safemigrate.lint.advice import spell_columns
from safemigrate.statement import Statement, forms
from safemigrate.statement.forms import Relation

TYPES = (
    "smallint", "integer", "bigint", "real", "double precision", "boolean", "text", "date", "uuid", "json", "jsonb",
    "timestamp with time zone", "timestamp without time zone", "bytea", "numeric", "numeric(12,2)", "interval",
    "character varying", "character varying(40)", "app.mood", "geometry(point,4326)", "integer[]",
)  # fmt: skip


def rendered(code: str) -> list[Statement]:
    """The statements that *code*, pasted into a revision, sends."""
    with nowhere.engine(18).connect() as connection:
        context = MigrationContext.configure(connection)
        operations = Operations(context)
        names = {"op": operations, "sa": sa, "postgresql": postgresql}
        record = offline.read(lambda: exec(code, names), context, connection, __file__)
    assert not record.gaps
    return [each.statement for each in record.sent]


@pytest.mark.parametrize("text", TYPES)
def test_a_column_is_spelled_so_that_it_renders_to_its_type(text: str) -> None:
    (sent,) = rendered(spell_columns.add(Relation("t", "app"), "a b", text))
    assert sent.forms == (forms.AddColumn(Relation("t", "app"), forms.Column("a b", text)),)


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE app.t ALTER COLUMN a TYPE bigint",
        "ALTER TABLE t ALTER COLUMN a TYPE app.mood USING a::text::app.mood",
        "ALTER TABLE t ALTER COLUMN a TYPE integer USING length(a)",
        'ALTER TABLE t ALTER COLUMN a TYPE text COLLATE "C"',
    ],
)
def test_a_change_of_type_is_spelled_as_it_was(sql: str) -> None:
    (form,) = Statement(sql).forms
    assert isinstance(form, forms.AlterColumnType)
    (sent,) = rendered(spell_columns.retyped(form))
    assert sent.forms == (form,)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_a_default_comes_out_as_it_went_in(value: str) -> None:
    literal = "'" + value.replace("'", "''") + "'"
    (sent,) = rendered(spell_columns.default(Relation("t"), "a", literal))
    (form,) = sent.forms
    assert isinstance(form, forms.SetDefault)
    assert form.default.text in {literal, f"E{literal}", "E" + literal.replace("\\", "\\\\")}
