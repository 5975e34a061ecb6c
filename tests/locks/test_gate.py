from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.locks import gate, inspect
from tests.locks import made

SCHEDULE = gate.Schedule()
MAY_NOT = gate.Autovacuums()
MAY = gate.Autovacuums(may_cancel=True)

schedules = st.builds(
    gate.Schedule,
    gate_age=st.floats(0, 5),
    patience=st.floats(0, 3600),
    first=st.floats(0.001, 2),
    longest=st.floats(0.001, 10),
    autovacuum=st.floats(0, 100),
)
autovacuums = st.builds(
    gate.Autovacuums, may_cancel=st.booleans(), tried=st.booleans(), deadlock_timeout=st.floats(0.001, 5)
)


def test_a_free_way_is_taken_with_the_first_lock_timeout() -> None:
    assert gate.after_look([], schedule=SCHEDULE, waited=0) == gate.Go(0.1)


def test_young_holders_are_queued_behind() -> None:
    young = [made.blocker(age=0.03), made.blocker(pid=2, age=0.1)]
    assert gate.after_look(young, schedule=SCHEDULE, waited=0) == gate.Go(0.1)


def test_young_holders_that_were_there_at_the_first_look_get_the_time_to_end_or_to_grow_old() -> None:
    young = made.blocker(age=0.03)
    assert gate.after_look([young], schedule=SCHEDULE, waited=0, met={young.identity}) == gate.Look(0.02, ())
    grown = made.blocker(age=0.11)
    assert gate.after_look([grown], schedule=SCHEDULE, waited=0.08, met={young.identity}) == gate.Look(0.02, (grown,))
    patient = gate.Schedule(gate_age=3600)
    assert gate.after_look([young], schedule=patient, waited=1, met={young.identity}, watched=0.14) == gate.Look(
        0.02, ()
    )
    assert gate.after_look([young], schedule=patient, waited=1, met={young.identity}, watched=0.15) == gate.Go(0.1)
    other = made.blocker(pid=2, age=0.01)
    assert gate.after_look([other], schedule=SCHEDULE, waited=0.08, met={young.identity}) == gate.Go(0.1)


def test_an_old_holder_is_not_queued_behind_and_is_named() -> None:
    old = made.blocker(age=0.11)
    decision = gate.after_look([made.blocker(pid=2, age=0.01), old], schedule=SCHEDULE, waited=0)
    assert decision == gate.Look(0.02, (old,))


def test_an_old_queued_request_counts_as_a_holder() -> None:
    queued = made.blocker(granted=False)
    assert gate.after_look([queued], schedule=SCHEDULE, waited=0) == gate.Look(0.02, (queued,))


def test_the_polling_slows_down_to_50_ms() -> None:
    pauses = [SCHEDULE.look_again(looks) for looks in (0, 5, 10, 1000)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 0.02
    assert pauses[-1] == 0.05


def test_the_lock_timeout_grows_by_half_up_to_one_second() -> None:
    assert [round(SCHEDULE.lock_timeout(attempt), 4) for attempt in (0, 1, 2, 5, 6, 10_000)] == [
        0.1, 0.15, 0.225, 0.7594, 1.0, 1.0,
    ]  # fmt: skip


def test_patience_ends_in_giving_up_with_the_names_of_those_in_the_way() -> None:
    old = made.blocker()
    decision = gate.after_look([old], schedule=SCHEDULE, waited=600)
    assert decision == gate.GiveUp("no try was safe in 10 min, 10 min allowed", (old,))


def test_no_try_is_made_after_the_patience_except_a_first_one() -> None:
    assert isinstance(gate.after_look([], schedule=SCHEDULE, waited=600, attempt=1), gate.GiveUp)
    assert gate.after_look([], schedule=gate.Schedule(patience=0), waited=0) == gate.Go(0.1)


def test_an_ordinary_autovacuum_is_cancelled_where_we_may() -> None:
    vacuum = made.autovacuum()
    assert gate.after_look([vacuum], schedule=SCHEDULE, waited=0, autovacuums=MAY) == gate.Autovacuum(0.02, (vacuum,))


def test_an_ordinary_autovacuum_is_let_be_for_a_while_then_made_to_go_by_one_long_try() -> None:
    vacuum = made.autovacuum()
    assert gate.after_look([vacuum], schedule=SCHEDULE, waited=0, autovacuums=MAY_NOT) == gate.Look(0.02, (vacuum,))
    decision = gate.after_look([vacuum], schedule=SCHEDULE, waited=30, autovacuums=MAY_NOT)
    assert decision == gate.Go(1.2, autovacuum=True)
    tried = gate.Autovacuums(tried=True)
    assert gate.after_look([vacuum], schedule=SCHEDULE, waited=31, autovacuums=tried) == gate.Look(0.02, (vacuum,))


def test_an_autovacuum_is_not_cancelled_while_another_is_in_the_way() -> None:
    old = (made.autovacuum(), made.blocker())
    assert gate.after_look(old, schedule=SCHEDULE, waited=60, autovacuums=MAY) == gate.Look(0.02, old)


def test_an_autovacuum_against_wraparound_is_waited_for_and_said_so() -> None:
    vacuum = made.autovacuum(wraparound=True)
    assert gate.after_look([vacuum], schedule=SCHEDULE, waited=60, autovacuums=MAY) == gate.Look(0.02, (vacuum,))
    assert "pid 4242, autovacuum to prevent wraparound, active for 38 min" in str(vacuum)


def test_the_pause_after_a_failed_try_is_jittered_within_bounds() -> None:
    assert gate.after_lock_timeout(SCHEDULE, 1, 1, 0.0) == gate.Wait(0.05)
    assert gate.after_lock_timeout(SCHEDULE, 1, 1, 0.5) == gate.Wait(0.275)


def test_a_failed_try_beyond_the_patience_is_the_last() -> None:
    decision = gate.after_lock_timeout(SCHEDULE, 12, 600, 0.5)
    assert decision == gate.GiveUp("12 tries in 10 min, 10 min allowed")


@given(
    st.lists(made.blockers),
    st.lists(made.blockers),
    schedules,
    autovacuums,
    st.floats(0, 5000),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
def test_nothing_old_is_ever_queued_behind_except_autovacuum_and_every_wait_is_bounded(
    found: list[inspect.Blocker],
    before: list[inspect.Blocker],
    schedule: gate.Schedule,
    allowed: gate.Autovacuums,
    waited: float,
    attempt: int,
    looks: int,
) -> None:
    met = {blocker.identity for blocker in before}
    decision = gate.after_look(
        found, schedule=schedule, waited=waited, attempt=attempt, looks=looks, met=met, autovacuums=allowed
    )
    old = [blocker for blocker in found if blocker.age > schedule.gate_age]
    match decision:
        case gate.Go(lock_timeout, autovacuum=True):
            assert old
            assert all(blocker.autovacuum for blocker in old)
            assert not allowed.tried
            assert lock_timeout == allowed.deadlock_timeout + 0.2
        case gate.Go(lock_timeout):
            assert not old
            assert waited >= schedule.patience or not any(blocker.identity in met for blocker in found)
            assert schedule.first <= lock_timeout <= max(schedule.first, schedule.longest)
        case gate.Autovacuum(seconds, because):
            assert allowed.may_cancel
            assert 0 < seconds <= 0.05
            assert all(blocker.autovacuum for blocker in because)
        case gate.Look(seconds, because):
            assert 0 < seconds <= 0.05
            assert waited + seconds <= schedule.patience * (1 + 1e-9)
            assert list(because) == old
        case gate.GiveUp():
            assert waited >= schedule.patience


@given(
    st.lists(st.lists(made.blockers, max_size=3), max_size=30),
    st.builds(gate.Schedule, patience=st.floats(0, 60)),
    autovacuums,
    st.lists(st.floats(0, 1, exclude_max=True), min_size=1),
)
def test_a_step_whose_every_try_fails_ends_within_its_patience_and_one_lock_timeout(
    scenes: list[list[inspect.Blocker]],
    schedule: gate.Schedule,
    allowed: gate.Autovacuums,
    draws: list[float],
) -> None:
    now, attempt, looks = 0.0, 0, 0
    met: set[tuple[object, ...]] = set()
    for turn in range(100_000):
        scene = scenes[turn % len(scenes)] if scenes else []
        if not looks:
            met = {blocker.identity for blocker in scene}
        decision = gate.after_look(
            scene, schedule=schedule, waited=now, attempt=attempt, looks=looks, met=met, autovacuums=allowed
        )
        if isinstance(decision, gate.GiveUp):
            break
        if not isinstance(decision, gate.Go):
            now += decision.seconds
            looks += 1
            continue
        now += decision.lock_timeout
        attempt, looks = attempt + 1, 0
        allowed = dataclasses.replace(allowed, tried=allowed.tried or decision.autovacuum)
        after = gate.after_lock_timeout(schedule, attempt, now, draws[turn % len(draws)])
        if isinstance(after, gate.GiveUp):
            break
        now += after.seconds
    else:
        pytest.fail("never ends")
    assert now <= schedule.patience + max(schedule.longest, allowed.deadlock_timeout + 0.2) + 1e-6


def test_a_hidden_age_is_unknown_at_the_first_look_and_bounded_afterwards() -> None:
    sightings = gate.Sightings()
    there = made.blocker(age=math.inf)
    assert sightings.aged([there], 10.0)[0].age == math.inf
    first, new = sightings.aged([there, made.blocker(pid=2, age=math.inf)], 10.02)
    assert first.age == math.inf
    assert new.age == pytest.approx(0.02)
    _, grown = sightings.aged([there, made.blocker(pid=2, age=math.inf)], 10.22)
    assert grown.age == pytest.approx(0.22)


def test_an_age_that_the_server_shows_is_left_as_it_is() -> None:
    assert gate.Sightings().aged([made.blocker(age=0.5)], 1.0) == [made.blocker(age=0.5)]


def test_a_later_transaction_of_the_same_session_is_another_one() -> None:
    sightings = gate.Sightings()
    sightings.aged([made.blocker(age=math.inf)], 10.0)
    (later,) = sightings.aged([made.blocker(age=math.inf, transaction="3/78")], 10.03)
    assert later.age == pytest.approx(0.03)


@given(st.floats(0, 10), st.floats(0, 10), st.lists(st.floats(0.001, 1), min_size=1, max_size=50))
def test_a_hidden_age_is_never_told_younger_than_it_is(born: float, first: float, pauses: list[float]) -> None:
    sightings, now = gate.Sightings(), first
    for pause in pauses:
        found = [made.blocker(age=math.inf)] if now >= born else []
        for seen in sightings.aged(found, now):
            assert seen.age >= now - born
        now += pause
