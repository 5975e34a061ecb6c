"""The overhead benchmark compares medians, and says which limit was missed."""

from __future__ import annotations

import json

import pytest

from bench import overhead

WITHIN = overhead.Figure("upgrade head", 1.25, (2.0, 1.0, 9.0), (2.2, 2.4, 2.3))
BEYOND = overhead.Figure("--help", 1.3, (0.3, 0.3, 0.3), (0.6, 0.6, 0.6))


def test_the_ratio_is_that_of_the_medians() -> None:
    assert WITHIN.ratio == pytest.approx(1.15)
    assert WITHIN.reached


def test_a_missed_limit_is_named_in_the_table() -> None:
    _heading, within, beyond = overhead.table([WITHIN, BEYOND]).splitlines()
    assert within.split()[-3:] == ["s", "1.15", "1.25"]
    assert beyond.split()[-3:] == ["2.00", "1.30", "MISSED"]


def test_the_report_has_every_run() -> None:
    report = json.loads(overhead.as_json([WITHIN, BEYOND], 306, {"fsync": "off"}))
    assert report["revisions"] == 306
    assert report["figures"][0]["safemigrate"] == [2.2, 2.4, 2.3]
    assert [figure["reached"] for figure in report["figures"]] == [True, False]


def test_both_are_measured_in_turn_and_the_first_round_does_not_count() -> None:
    asked: list[str] = []

    def measure(command: str) -> float:
        asked.append(command)
        return float(len(asked))

    figure = overhead.alternating("x", 1.0, 2, measure)
    assert asked == ["alembic", "safemigrate"] * 2 + ["safemigrate", "alembic"]
    assert (figure.alembic, figure.safemigrate) == ((3.0, 6.0), (4.0, 5.0))


def test_a_command_that_fails_says_its_last_words() -> None:
    with pytest.raises(RuntimeError, match="No module named"):
        overhead.timed(["no_such_module_here"])
