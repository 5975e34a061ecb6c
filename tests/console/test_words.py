"""Figures as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.console import words
from safemigrate.errors import ExitCode
from safemigrate.executor import events


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 ms"),
        (0.0031, "3 ms"),
        (0.9996, "1.0 s"),
        (9.96, "10 s"),
        (41.2, "41 s"),
        (119.6, "2 min 0 s"),
        (725.0, "12 min 5 s"),
        (12_000.0, "3 h 20 min"),
        (math.inf, "an unknown time"),
        (-0.1, "0 ms"),
    ],
)
def test_durations_have_the_digits_that_matter(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


def test_the_summary_is_the_sentence_that_was_promised() -> None:
    done = events.RunFinished(ExitCode.OK, 3, 12, 41.2, longest_lock=0.003)
    assert words.summary(done) == (
        "done: 3 revisions, 12 steps, 41 s, longest lock held 3 ms, application stalled 0.00 s"
    )


def test_nothing_to_do_is_said_without_figures() -> None:
    assert words.summary(events.RunFinished(ExitCode.NOTHING_TO_DO, 0, 0, 0.1)) == "nothing to do"


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 7, 0), (6999, 7000, 99), (7, 7, 100), (9, 7, 100)])
def test_a_hundred_per_cent_is_all_of_it(done: int, total: int, percent: int) -> None:
    assert words.percent(done, total) == percent


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            events.Progress("backfill orders.token", 412_000, 1_000_000, 98_312.0, 5.98),
            "backfill orders.token: 412,000 of 1,000,000 rows, 98,000/s, 6 s left",
        ),
        (events.Progress("delete from orders", 12, 0, 7.4), "delete from orders: 12 rows, 7/s"),
        (events.Progress("backfill", 1, 9, 0.0, math.inf), "backfill: 1 of 9 rows, 0/s"),
        (
            events.Progress("backfill", 1, 2_000_000, 123.4, 16_207.0),
            "backfill: 1 of 2,000,000 rows, 120/s, 4 h 30 min left",
        ),
        (events.Progress("building index", 1200, 4800), "building index: 1200 of 4800 (25 %)"),
    ],
)
def test_progress_in_rows_has_its_rate_and_what_is_left(event: events.Progress, text: str) -> None:
    assert words.line(event) == text


def test_every_outcome_has_its_words() -> None:
    assert set(words.OUTCOMES) == set(ExitCode)


@given(st.text(), st.integers(min_value=1, max_value=300))
def test_clean_text_is_one_printable_line_of_bounded_length(text: str, longest: int) -> None:
    cleaned = words.clean(text, longest)
    assert cleaned == "" or cleaned.isprintable()
    assert len(cleaned) <= longest
