"""Statistics of production's tables: what is small, and how long what grows with a table takes."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate import errors
from safemigrate.facts import Lock, LockMode
from safemigrate.findings import Claim, Duration
from safemigrate.lint.sift import statistics
from safemigrate.lint.sift.statistics import Size, Statistics
from safemigrate.statement.forms import Relation

GIGABYTE = 1_000_000_000
ORDERS = Size("public", "orders", 10_000_000, 10 * GIGABYTE, 5 * GIGABYTE)


def claim(duration: Duration, *relations: Relation) -> Claim:
    return Claim(tuple(Lock(each, LockMode.ACCESS_EXCLUSIVE) for each in relations), duration)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [(Duration.INSTANT, None), (Duration.SCAN, 50.0), (Duration.BUILD, 200.0), (Duration.REWRITE, 600.0)],
)
def test_the_time_grows_with_the_bytes(duration: Duration, seconds: float | None) -> None:
    assert Statistics.of([ORDERS]).seconds(claim(duration, Relation("orders"))) == seconds


def test_the_largest_of_the_tables_counts_and_one_that_is_not_known_does_not() -> None:
    small = Size("billing", "invoices", 10, GIGABYTE, 0)
    relations = (Relation("invoices", "billing"), Relation("orders"), Relation("unheard_of"))
    assert Statistics.of([small, ORDERS]).seconds(claim(Duration.SCAN, *relations)) == 50.0
    assert Statistics.of([ORDERS]).seconds(claim(Duration.SCAN, Relation("unheard_of"))) is None


def test_a_table_that_nobody_has_counted_has_no_estimate_and_is_not_small() -> None:
    found = Statistics.of([Size("public", "orders")])
    assert found.seconds(claim(Duration.REWRITE, Relation("orders"))) is None
    assert found.rows(Relation("orders")) is None


def test_the_schema_public_need_not_be_named() -> None:
    found = Statistics.of([ORDERS, Size("billing", "orders", 1, 1, 1)])
    assert found.rows(Relation("orders")) == found.rows(Relation("orders", "public")) == 10_000_000
    assert found.rows(Relation("orders", "billing")) == 1
    assert statistics.relation("public.orders") == Relation("orders")
    assert statistics.relation("billing.orders") == Relation("orders", "billing")


counts = st.none() | st.integers(0, 2**62)
sizes = st.lists(st.builds(Size, st.text(), st.text(), counts, counts, counts), max_size=5)


@given(sizes, st.sampled_from([140005, 160014, 180000]))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, tables: list[Size], number: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "statistics.json"
    path.write_text(statistics.as_text(tables, "16.4", number, "2026-01-01T00:00:00+00:00"))
    assert statistics.read(path) == Statistics.of(tables, number // 10_000)


def test_the_version_of_a_server_that_is_not_supported_is_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "statistics.json"
    path.write_text(statistics.as_text([], "12.1", 120001, ""))
    assert statistics.read(path).pg_version == 0


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["schema", "name", "rows"]), inner),
    max_leaves=6,
)


@given(anything, anything)
def test_whatever_stands_in_the_file_gives_statistics_or_bad_input(
    tmp_path_factory: pytest.TempPathFactory, tables: object, number: object
) -> None:
    path = tmp_path_factory.getbasetemp() / "bad-statistics.json"
    for text in (
        json.dumps({"version": 1, "tables": tables, "server_version_num": number}),
        json.dumps({"version": 1, "tables": [tables]}),
        json.dumps(tables),
        str(tables),
    ):
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
        with contextlib.suppress(errors.BadInput):
            assert isinstance(statistics.read(path), Statistics)
