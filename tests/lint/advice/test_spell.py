"""Alembic code for people to paste."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from safemigrate.lint.advice import spell
from safemigrate.statement import Statement, forms, parser
from safemigrate.statement.forms import Relation


def index(sql: str) -> str:
    form = next(form for form in Statement(sql).forms if isinstance(form, forms.CreateIndex))
    return spell.create_index(form, sql)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (
            "create unique index i on billing.t (a, b)",
            'op.create_index("i", "t", ["a", "b"], unique=True, schema="billing", postgresql_concurrently=True)',
        ),
        ("CREATE INDEX ON t (a)", 'op.create_index("t_a_idx", "t", ["a"], postgresql_concurrently=True)'),
        ("CREATE INDEX IF NOT EXISTS i ON t (a)", 'op.create_index("i", "t", ["a"], postgresql_concurrently=True)'),
        ("create index i on t (a desc)", 'op.execute("CREATE INDEX CONCURRENTLY i ON t (a DESC)")'),
        (
            "CREATE INDEX ON t ((a+1))",
            'op.execute("CREATE INDEX CONCURRENTLY t_expr_idx ON t ((a + 1))")',
        ),
    ],
)
def test_an_index_is_an_operation_where_that_says_all_of_it(sql: str, code: str) -> None:
    assert index(sql) == code


def test_dropping_an_index_names_its_table_where_it_is_known() -> None:
    assert spell.drop_index(Relation("i", "billing"), Relation("t")) == (
        'op.drop_index("i", table_name="t", schema="billing", postgresql_concurrently=True)'
    )


def executed(code: str) -> str:
    """The SQL that ``op.execute`` sends for a line of code."""
    (statement,) = ast.parse(code).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    text = sa.text(ast.literal_eval(statement.value.args[0]))
    dialect: Any = postgresql.dialect
    return str(text.compile(dialect=dialect(paramstyle="named"))).replace("%%", "%")


@given(st.text("a:' \n", max_size=8))
def test_what_is_executed_is_the_statement_whatever_it_says(literal: str) -> None:
    sql = f"UPDATE t SET a = '{literal.replace(chr(39), chr(39) * 2)}'::text WHERE b"
    assert parser.same(executed(spell.execute(sql)), sql)


def test_a_long_call_stands_on_three_lines() -> None:
    code = spell.call("create_check_constraint", "orders_total_check", "orders", "total >= 0 AND " * 6 + "total < 1e9")
    assert [line[:4] for line in code.splitlines()] == ["op.c", "    ", ")"]
    ast.parse(code)
