"""The stall benchmark measures one migration under one policy, and judges by its figures."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import blockers, picture, stall, stall_report
from safemigrate import scratch

OUTCOME = stall.Outcome(
    "row lock", "alembic", 3.0, 2.9, 900.0, 1, 3.1, 0.1, 3.2, 0.002, 0, "", ((0.0, 0.002), (0.05, 3.0))
)
OURS = replace(OUTCOME, policy="safemigrate", worst=0.006, added=0.004, stall=0.0, tries=1, late=0.02)


@pytest.fixture(scope="module")
def server(pg_version: int) -> Iterator[scratch.Server]:
    with scratch.start(version=pg_version, settings=stall.SETTINGS) as server:
        yield server


def test_a_blocked_alembic_stalls_the_load_for_as_long_as_it_waits(
    server: scratch.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        stall.SCENARIOS, "row lock", lambda dsn: blockers.hold_row_lock(dsn, "requests", 1.0, ("id", 1))
    )
    outcome = stall.measure(server, "row lock", "alembic", stall.Options(clients=2))
    assert outcome.error == ""
    assert 0.7 <= outcome.worst <= 2.0
    assert outcome.stall > 10
    assert outcome.tries == 1
    assert -0.01 <= outcome.late <= 0.3


def test_a_short_lock_timeout_tries_until_the_blocker_is_gone(
    server: scratch.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        stall.SCENARIOS, "row lock", lambda dsn: blockers.hold_row_lock(dsn, "requests", 1.0, ("id", 1))
    )
    outcome = stall.measure(server, "row lock", "lock_timeout 100 ms", stall.Options(clients=2))
    assert outcome.tries in (2, 3)
    assert outcome.worst < 0.3
    assert outcome.success > 1.0


def test_medians_are_taken_figure_by_figure() -> None:
    runs = [
        replace(OUTCOME, worst=3.0, tries=1),
        replace(OUTCOME, worst=1.0, tries=5),
        replace(OUTCOME, worst=2.0, tries=3),
    ]
    middle = stall.medians(runs)
    assert (middle.worst, middle.tries, middle.scenario) == (2.0, 3, "row lock")


def test_goals_compare_us_with_the_best_fixed_timeout() -> None:
    best = replace(OUTCOME, policy="lock_timeout 100 ms", worst=0.11, added=0.1)
    assert [goal.reached for goal in stall_report.goals([best, OURS])] == [True, True, True]
    close = replace(best, added=0.02)
    assert [goal.reached for goal in stall_report.goals([close, replace(OURS, late=0.2)])] == [True, False, False]
    assert stall_report.goals([best]) == []


def test_the_report_is_json_even_where_nothing_succeeded(tmp_path: Path) -> None:
    failed = replace(OUTCOME, success=math.nan, late=math.nan, error="TimeoutError: 600 tries made")
    read = json.loads(stall_report.as_json([failed, OURS], [failed, OURS], {"runs": 1}))
    assert read["medians"][0]["success"] is None
    assert read["ratios"][0]["worst"] == 500.0
    picture.draw([failed, OURS], tmp_path / "stall.svg")
    assert (tmp_path / "stall.svg").read_text().lstrip().startswith("<?xml")
