"""Answers over empty tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.statement import empty
from safemigrate.statement.empty import Answer


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("SELECT a, b AS c FROM t", Answer(("a", "c"))),
        ("SELECT count(*) FROM t", Answer(("count",), ((0,),))),
        ("SELECT max(id) AS top, count(*) FROM t WHERE id > 3", Answer(("top", "count"), ((None, 0),))),
        ("SELECT kind, count(*) FROM t GROUP BY kind", Answer(("kind", "count"))),
        ("SELECT EXISTS (SELECT 1 FROM t)", Answer(("exists",), ((False,),))),
        ("SELECT 1", Answer(("?column?",), ((1,),))),
        ("SELECT 1 WHERE false", Answer(("?column?",))),
        ("SELECT a FROM t UNION SELECT b FROM u", Answer(("a",))),
        ("INSERT INTO t (a) VALUES (1), (2) RETURNING id", Answer(("id",), ((1,), (2,)))),
        ("UPDATE t SET a = 1 RETURNING id", Answer(("id",))),
        ("SHOW lock_timeout", Answer(("lock_timeout",), (("",),))),
        ("CREATE TABLE t (a int)", Answer()),
        ("no SQL", Answer()),
        ("", Answer()),
    ],
)
def test_empty_tables_answer_as_the_server_would(sql: str, answer: Answer) -> None:
    assert empty.answer(sql) == answer


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(empty.answer(text), Answer)
