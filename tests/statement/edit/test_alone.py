"""One form of a statement that has several, by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.statement import Statement, edit, forms, parser

DO = "DO $$ BEGIN IF true THEN ALTER TABLE t ADD CHECK (a > 0), ADD UNIQUE (b); END IF; CREATE INDEX ON t (x); END $$"


def inside(sql: str) -> tuple[forms.Form, ...]:
    (form,) = Statement(sql).forms
    return form.inside if isinstance(form, forms.Do) else (form,)


def test_an_action_of_an_alter_table_is_an_alter_table_of_its_own() -> None:
    sql = "ALTER TABLE t ADD CHECK (a > 0), ADD UNIQUE (b)"
    assert [edit.alone(form, sql) for form in Statement(sql).forms] == [
        "ALTER TABLE t ADD CHECK (a > 0)",
        "ALTER TABLE t ADD UNIQUE (b)",
    ]


def test_what_a_do_block_does_is_found_in_its_body() -> None:
    assert [edit.alone(form, DO) for form in inside(DO)] == [
        "ALTER TABLE t ADD CHECK (a > 0)",
        "ALTER TABLE t ADD UNIQUE (b)",
        "CREATE INDEX ON t (x)",
    ]


def test_a_statement_of_one_form_stays_as_it_is_written() -> None:
    sql = "create  index i on t (a desc)"
    (form,) = Statement(sql).forms
    assert edit.alone(form, sql) == sql


def test_what_a_function_does_has_no_text_in_its_call() -> None:
    (form,) = Statement("CREATE INDEX ON t (x)").forms
    assert edit.alone(form, "SELECT build()") == ""


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    (form,) = Statement("CREATE INDEX ON t (x)").forms
    assert edit.alone(form, text) in ("", text)


@pytest.mark.parametrize(
    ("other", "same"),
    [("create unique index i on t using btree (a)", True), ("CREATE UNIQUE INDEX i ON t (a DESC)", False)],
)
def test_two_texts_are_the_same_statement_however_they_are_spelled(other: str, same: bool) -> None:
    assert parser.same("CREATE UNIQUE INDEX i ON t (a)", other) is same
