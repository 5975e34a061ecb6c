"""The baseline file: sorted, stable, and true to what was looked at."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate.findings import Finding, Place, Severity
from safemigrate.lint.sift import baseline
from safemigrate.lint.sift.baseline import Baseline, Known, Scope

RULES = ("drop-table", "drop-column")

findings = st.lists(
    st.builds(
        Finding,
        st.sampled_from(RULES),
        st.just(Severity.ERROR),
        st.text(),
        st.builds(Place, st.text(), st.integers(0, 99)),
        revision=st.sampled_from(["r1", "r2", ""]),
        statement=st.text(),
    ),
    max_size=6,
)
scopes = st.builds(
    Scope,
    st.sets(st.sampled_from(["r1", "r2"])),
    st.booleans(),
    st.sampled_from([("upgrade",), ("upgrade", "downgrade")]),
    st.sets(st.sampled_from(RULES)),
)
EVERYTHING = Scope((), True, ("upgrade", "downgrade"), RULES)


@given(findings, scopes)
def test_after_an_update_nothing_is_new_and_nothing_stale(found: list[Finding], scope: Scope) -> None:
    made = Baseline().updated(found, scope)
    assert made.divided(found) == ([], len(found))
    assert made.stale(found, scope) == []


@given(findings, findings, scopes)
def test_an_update_loses_only_what_was_looked_at(before: list[Finding], now: list[Finding], scope: Scope) -> None:
    made = Baseline().updated(before, EVERYTHING)
    after = made.updated(now, scope)
    gone = set(made.entries) - set(after.entries)
    fingerprints = {finding.fingerprint for finding in now}
    assert all(scope.covers(entry, made.directions) and entry.fingerprint not in fingerprints for entry in gone)
    assert set(made.stale(now, scope)) <= gone


@given(findings, st.randoms())
def test_the_file_is_the_same_whatever_the_order_and_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, found: list[Finding], random: random.Random
) -> None:
    made = Baseline().updated(found, EVERYTHING)
    random.shuffle(found)
    assert Baseline().updated(found, EVERYTHING).as_text() == made.as_text()
    path = tmp_path_factory.getbasetemp() / "known.json"
    baseline.write(path, made)
    assert baseline.read(path) == made


def test_a_finding_that_moves_by_some_lines_is_known() -> None:
    finding = Finding("drop-table", Severity.ERROR, "t is gone", Place("a.py", 3), revision="r1")
    moved = Finding("drop-table", Severity.ERROR, "t is gone", Place("b.py", 30), revision="r1")
    assert Baseline().updated([finding], EVERYTHING).divided([moved]) == ([], 1)


def test_what_is_told_of_a_stale_entry_points_at_the_file() -> None:
    (told,) = baseline.told([Known("r1", "drop-table", "t is gone", "f" * 32)], "known.json")
    assert (told.rule, told.severity, told.place, told.revision) == (
        "stale-baseline",
        Severity.INFO,
        Place("known.json"),
        "r1",
    )


def test_of_a_baseline_with_downgrades_only_a_check_of_both_tells_what_is_stale(tmp_path: Path) -> None:
    made = Baseline((Known("r1", "drop-table", "t is gone", "f" * 32),), ("upgrade", "downgrade"))
    assert made.stale([], EVERYTHING) == list(made.entries)
    assert made.stale([], Scope((), True, ("upgrade",), RULES)) == []
