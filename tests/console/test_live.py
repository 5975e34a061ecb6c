"""The lines at the bottom of the live view, at chosen moments of a run."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.console import live, view
from safemigrate.executor import events
from tests import fix_golden
from tests.console import sample


def at(happened: int) -> view.View:
    return reduce(view.after, sample.run()[:happened], view.View())


def text(now: view.View, width: int = 100) -> str:
    return live.drawn(now, elapsed=12.4, in_step=12.3, width=width).plain


@pytest.mark.parametrize(
    "moment", ["lease_waiting", "step_waiting", "step_retried", "step_done", "progress", "throttled", "undo_started"]
)
def test_the_view_says_what_goes_on(moment: str) -> None:
    names = [events.name(event) for event in sample.run()]
    fix_golden.check(f"console/live-{moment}.txt", text(at(names.index(moment) + 1)))


def test_nothing_is_left_at_the_end() -> None:
    assert text(at(len(sample.run()))) == ""


@given(st.lists(st.sampled_from(sample.run())), st.integers(min_value=2, max_value=200))
def test_no_order_of_events_breaks_it_and_no_line_is_wider_than_the_terminal(
    happened: list[events.Event], width: int
) -> None:
    now = reduce(view.after, happened, view.View())
    assert all(len(line) < width for line in text(now, width).splitlines())


def test_batches_that_go_on_are_not_said_to_stand_still() -> None:
    now = reduce(view.after, [events.Throttled("paused", 1.0), events.Progress("backfill", 1, 2)], view.View())
    assert now.throttled is None


def test_the_sums_are_those_of_the_steps() -> None:
    done = [events.StepDone(1, "a", 1.0, held=0.2, stall=0.5, worst_wait=0.1), events.StepDone(2, "b", 1.0, held=0.1)]
    now = reduce(view.after, [*done, events.StepDone(3, "c", 1.0, stall=0.25, worst_wait=0.2)], view.View())
    assert (now.steps_done, now.longest_lock, now.stall, now.worst_wait) == (3, 0.2, 0.75, 0.2)
