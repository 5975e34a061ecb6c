"""What a comment says to us, and to which statement it says it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate import statement
from safemigrate.statement import Marks, marks

WITHOUT_REASON = Marks(as_written=marks.NO_REASON)


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# safemigrate: as-written the table is empty", "the table is empty"),
        ("#safemigrate:as-written: the table is empty", "the table is empty"),
        ("# Safemigrate: as_written – the table is empty", "the table is empty"),
        ("-- safemigrate: as-written   the table\tis empty", "the table is empty"),
        ("/* safemigrate: as-written the table is empty */", "the table is empty"),
        ("/*\n * safemigrate: as-written\n   the table is empty\n */", "the table is empty"),
        ("# safemigrate: as-written", marks.NO_REASON),
        ("--safemigrate: as written", marks.NO_REASON),
    ],
)
def test_a_mark_is_understood_however_it_is_spelled(comment: str, reason: str) -> None:
    said = marks.of_comment(comment)
    assert isinstance(said, Marks)
    assert said.as_written.rstrip(" *") == reason


@pytest.mark.parametrize("comment", ["# safemigrate: as-writen", "-- safemigrate: as-writtenly", "# safemigrate:"])
def test_what_begins_as_a_mark_and_is_none_is_told(comment: str) -> None:
    said = marks.of_comment(comment)
    assert isinstance(said, marks.Unknown)
    assert str(said).startswith('unknown mark "')
    assert "known: as-written, ignore[rule], ignore-file[rule]" in str(said)


@pytest.mark.parametrize("comment", ["# run it with safemigrate: as-written", "# as-written", "-- type: ignore", "#"])
def test_another_comment_says_nothing(comment: str) -> None:
    assert marks.of_comment(comment) is None


@given(st.text())
def test_any_comment_is_read(text: str) -> None:
    for begin in ("#", "--", "/*", "# safemigrate:", "-- safemigrate: as-written"):
        said = marks.of_comment(begin + text)
        assert said is None or isinstance(said, marks.Unknown) or said.as_written


def of_sql(text: str) -> list[str]:
    found, unknown = marks.of_sql(text, statement.split(text))
    assert not unknown
    return [each.as_written for each in found]


def test_a_comment_in_sql_belongs_to_the_statement_that_it_stands_in_or_before() -> None:
    assert of_sql("-- safemigrate: as-written one\nSELECT 1; SELECT 2") == ["one", ""]
    assert of_sql("SELECT 1;\n-- safemigrate: as-written two\nSELECT 2") == ["", "two"]
    assert of_sql("SELECT 1; SELECT /* safemigrate: as-written two */ 2") == ["", "two"]


def test_a_comment_behind_a_statement_belongs_to_that() -> None:
    assert of_sql("SELECT 'é'; -- safemigrate: as-written one\nSELECT 2") == ["one", ""]
    assert of_sql("SELECT 1;\nSELECT 2\n-- safemigrate: as-written two") == ["", "two"]


def test_what_only_looks_like_a_comment_in_sql_is_none() -> None:
    assert of_sql("SELECT '-- safemigrate: as-written one'") == [""]
    assert of_sql("DO $$ BEGIN\n-- safemigrate: as-written one\nEND $$") == [""]


def test_sql_that_cannot_be_read_has_no_marks() -> None:
    text = "SELECT 'unfinished -- safemigrate: as-written one"
    assert marks.of_sql(text, [text]) == ([Marks()], [])


def test_an_unknown_mark_in_sql_is_told() -> None:
    _found, unknown = marks.of_sql("SELECT 1 -- safemigrate: ignored", ["SELECT 1 -- safemigrate: ignored"])
    assert [each.text for each in unknown] == ["ignored"]


def test_marks_are_of_the_block_they_are_emitted_in() -> None:
    with marks.as_written("outer"):
        with marks.as_written(" "):
            assert marks.current() == WITHOUT_REASON
        with marks.batched(("id",)):
            assert marks.current() == Marks("outer", batched=True, key=("id",))
        assert marks.current() == Marks("outer")
    assert marks.current() == Marks()


def test_of_two_reasons_the_first_is_told() -> None:
    joined = marks.joined([Marks(), Marks("first"), Marks("second", batched=True, key=("id",))])
    assert joined == Marks("first", batched=True, key=("id",))
