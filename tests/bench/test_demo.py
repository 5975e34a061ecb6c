"""The demo shows what happened when, and to whom, on one clock."""

from __future__ import annotations

import ast
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from bench import demo, demo_view, load


def act(name: str, stalled: float, committed: float) -> demo_view.Act:
    """Twelve seconds of requests, every 100 ms; those between 102 and 105 are answered *stalled* seconds later."""
    samples = []
    for number in range(120):
        due = 99 + number / 10
        response = stalled if 102 <= due < 105 else 0.002
        samples.append(load.Sample(due, due, due + response, "read", ""))
    return demo_view.Act(name, tuple(samples), locked=100.0, began=101.0, freed=105.0, committed=committed)


ACTS = [act("alembic", 3.0, 105.02), act("safemigrate", 0.004, 105.3)]


def test_a_bar_is_never_empty_and_never_too_long() -> None:
    lengths = [len(demo_view.bar(seconds)) for seconds in (0.0, 0.002, 0.05, 1.0, 60.0)]
    assert lengths == sorted(lengths)
    assert lengths[0] == 1
    assert lengths[-1] == demo_view.BAR


def test_both_timelines_are_on_one_clock_and_fit_100_columns() -> None:
    lines = demo_view.timelines(ACTS).splitlines()
    assert max(map(len, lines)) <= 100
    freed = next(line for line in lines if line.startswith("  5.0 s"))
    assert freed.count("row free, column added") == 2
    stalled = next(line for line in lines if line.startswith("  2.5 s"))
    assert "3,000 ms" in stalled[: demo_view.PANEL + 8]
    assert "4 ms" in stalled[demo_view.PANEL + 8 :]


def test_the_summary_compares_worst_query_stall_and_time_to_success() -> None:
    rows = [line.rsplit(maxsplit=4) for line in demo_view.summary(ACTS).splitlines()[1:]]
    figures = {row[0].strip(): row[1:] for row in rows}
    assert figures["worst application query"] == ["3,000", "ms", "4", "ms"]
    assert figures["stall, all of them together"] == ["90.0", "s", "0.0", "s"]
    assert figures["time to success"] == ["4,020", "ms", "4,300", "ms"]
    assert figures["after the row was free"] == ["20", "ms", "300", "ms"]


def test_the_picture_is_drawn_as_png_and_svg(tmp_path: Path) -> None:
    paths = demo_view.draw(ACTS, tmp_path / "demo")
    assert [path.suffix for path in paths] == [".png", ".svg"]
    assert all(0 < path.stat().st_size < 300_000 for path in paths)


def test_the_demo_adds_its_migration_to_the_sample_history(tmp_path: Path) -> None:
    ini = demo.write(tmp_path)
    (ini.parent / "versions" / "0052_reasons.py").write_text(demo.REASONS)
    assert ScriptDirectory.from_config(Config(str(ini))).get_heads() == ["0052_reasons"]
    assert ast.parse(demo.LEVER)
