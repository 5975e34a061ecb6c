"""What the documentation says was measured is what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import record


def test_the_page_has_the_figures_of_the_results() -> None:
    page = record.PAGE.read_text()
    assert record.filled(page) == page


def test_a_table_is_replaced_by_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = {"name": "--help", "alembic": [0.5], "medians": [0.5, 0.6], "ratio": 1.2, "limit": 1.3}
    report = {"settings": {"fsync": "off"}, "figures": [figure]}
    (tmp_path / "overhead.json").write_text(json.dumps(report))
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    once = record.filled("before\n<!-- overhead -->\nold\n<!-- /overhead -->\nafter\n")
    assert "| --help | 0.50 s | 0.60 s | 1.20 | ≤ 1.3 |" in once
    assert "old" not in once
    assert once.endswith("<!-- /overhead -->\nafter\n")
    assert record.filled(once) == once


def test_every_picture_of_the_page_exists_where_results_do() -> None:
    for name in record.TABLES:
        if (record.RESULTS / f"{name}.json").exists() and f"results/{name}.svg" in record.PAGE.read_text():
            assert (record.RESULTS / f"{name}.svg").stat().st_size < 300_000
