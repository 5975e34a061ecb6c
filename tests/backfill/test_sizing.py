"""The controller of the batch size, by what it promises for any course of costs."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from safemigrate.backfill.sizing import Sizing

TARGET = 0.2
LEAST, MOST = 10, 100_000

batches = st.lists(
    st.tuples(
        st.integers(0, 2 * MOST),
        st.floats(0, 100) | st.just(0.0),
        st.floats(0, 5) | st.just(0.0),
    ),
    max_size=60,
)


def fed(sizing: Sizing, cost: Callable[[int], float], count: int = 60, *, noise: float = 0.0, seed: int = 0) -> None:
    """*count* batches that find all their rows, each of them up to *noise* more or less costly than *cost* says."""
    chance = random.Random(seed)
    for _ in range(count):
        sizing.after(sizing.size, cost(sizing.size) * chance.uniform(1 - noise, 1 + noise))


def linear(fixed: float, row: float) -> Callable[[int], float]:
    return lambda rows: fixed + row * rows


costs = st.builds(linear, st.floats(0, 0.1), st.floats(1.5e-6, 1e-2))


def near(seconds: float) -> bool:
    return 0.8 * TARGET <= seconds <= 1.2 * TARGET


@given(batches, st.integers(0, 2 * MOST))
def test_whatever_happens_the_size_stays_within_its_bounds(
    happened: list[tuple[int, float, float]], first: int
) -> None:
    sizing = Sizing(TARGET, first, LEAST, MOST)
    assert LEAST <= sizing.size <= MOST
    for rows, seconds, waited in happened:
        sizing.after(rows, seconds, waited)
        assert LEAST <= sizing.size <= MOST


@given(batches)
def test_a_batch_that_took_too_long_or_had_somebody_waiting_never_makes_the_next_one_larger(
    happened: list[tuple[int, float, float]],
) -> None:
    sizing = Sizing(TARGET)
    for rows, seconds, waited in happened:
        before = sizing.size
        sizing.after(rows, seconds, waited)
        if seconds > TARGET or waited > 0:
            assert sizing.size <= before


@given(batches)
def test_it_grows_by_half_at_most(happened: list[tuple[int, float, float]]) -> None:
    sizing = Sizing(TARGET)
    for rows, seconds, waited in happened:
        before = sizing.size
        sizing.after(rows, seconds, waited)
        assert sizing.size <= 1.5 * (before + 1)


@given(costs, st.floats(0, 0.1), st.integers(0, 999), st.integers(LEAST, MOST))
def test_batches_come_to_take_their_target_whatever_a_row_and_a_batch_cost(
    cost: Callable[[int], float], noise: float, seed: int, first: int
) -> None:
    sizing = Sizing(TARGET, first)
    fed(sizing, cost, noise=noise, seed=seed)
    # A row or two more or less is not to be had in batches of ten.
    assert near(cost(sizing.size)) or sizing.size in (LEAST, MOST) or near(cost(sizing.size + 1))


@given(costs, costs, st.floats(0, 0.1), st.integers(0, 999))
def test_it_recovers_from_a_change_of_the_cost(
    before: Callable[[int], float], after: Callable[[int], float], noise: float, seed: int
) -> None:
    sizing = Sizing(TARGET)
    fed(sizing, before, noise=noise, seed=seed)
    fed(sizing, after, noise=noise, seed=seed)
    assert near(after(sizing.size)) or sizing.size in (LEAST, MOST) or near(after(sizing.size + 1))


@given(st.floats(5.001, 1000), st.integers(LEAST, MOST))
def test_a_batch_far_too_long_makes_the_next_one_a_tenth(times: float, first: int) -> None:
    sizing = Sizing(TARGET, first)
    sizing.after(first, TARGET * times)
    assert sizing.size == max(LEAST, int(first / 10))


def test_one_slow_batch_among_ten_changes_little() -> None:
    sizing = Sizing(TARGET)
    fed(sizing, linear(0, 1e-4))
    before = sizing.size
    sizing.after(before, 2 * TARGET)
    assert sizing.size == before


def test_over_a_gap_the_size_climbs() -> None:
    sizing = Sizing(TARGET)
    for _ in range(20):
        sizing.after(3, 0.001)
    assert sizing.size == MOST


def test_batches_behind_which_others_wait_become_small_and_grow_again_slowly() -> None:
    sizing = Sizing(TARGET)
    fed(sizing, linear(0, 1e-4))
    settled = sizing.size
    for _ in range(5):
        sizing.after(sizing.size, sizing.size * 1e-4, waited=0.01)
    assert sizing.size <= settled / 30
    sizing.after(sizing.size, sizing.size * 1e-4)
    assert sizing.size <= settled / 25
    fed(sizing, linear(0, 1e-4))
    assert near(sizing.size * 1e-4)


def test_another_target_is_come_to_as_well() -> None:
    sizing = Sizing(TARGET)
    fed(sizing, linear(0.002, 1e-5))
    sizing.target = TARGET / 4
    fed(sizing, linear(0.002, 1e-5), count=3)
    assert near(4 * (0.002 + 1e-5 * sizing.size))
    sizing.target = TARGET
    fed(sizing, linear(0.002, 1e-5), count=10)
    assert near(0.002 + 1e-5 * sizing.size)
