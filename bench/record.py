"""Writes the figures of the last full run into docs/benchmarks.md: ``python -m bench.record``.

Each table stands between two comments there, ``<!-- stall -->`` and ``<!-- /stall -->``, and is made from the JSON of
the same name in bench/results. So what the documentation says is what was measured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parent.parent
PAGE = CHECKOUT / "docs" / "benchmarks.md"
RESULTS = CHECKOUT / "bench" / "results"


def stall(report: dict[str, Any]) -> str:
    """A table for each scenario, a line for each policy."""
    lines = [f"Medians of {report['options']['runs']} runs each.", ""]
    for scenario in dict.fromkeys(row["scenario"] for row in report["medians"]):
        lines += [
            f"**{scenario}**",
            "",
            "| policy | worst query | added | stall | tries | time to success | after the blocker's end |",
            "|---|--:|--:|--:|--:|--:|--:|",
        ]
        lines += [
            f"| {row['policy']} | {_ms(row['worst'])} | {_ms(row['added'])} | {row['stall']:,.2f} s | {row['tries']:g} "
            f"| {_ms(row['success'])} | {_ms(row['late']) if scenario in ('row lock', 'long SELECT') else '–'} |"
            for row in report["medians"]
            if row["scenario"] == scenario
        ]
        lines.append("")
    lines += ["| aim | measured | |", "|---|--:|---|"]
    lines += [
        f"| {goal['claim']} | {goal['measured']} | {'reached' if goal['reached'] else 'missed'} |"
        for goal in report["goals"]
    ]
    return "\n".join(lines)


def overhead(report: dict[str, Any]) -> str:
    lines = [
        f"Medians of {len(report['figures'][0]['alembic'])} runs each; fsync {report['settings']['fsync']}.",
        "",
        "| | alembic | safemigrate | ratio | aim |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {figure['name']} | {figure['medians'][0]:.2f} s | {figure['medians'][1]:.2f} s | {figure['ratio']:.2f} "
        f"| ≤ {figure['limit']} |"
        for figure in report["figures"]
    ]
    return "\n".join(lines)


TABLES: dict[str, Callable[[dict[str, Any]], str]] = {"stall": stall, "overhead": overhead}


def filled(page: str) -> str:
    """*page* with every table for which there are results."""
    for name, table in TABLES.items():
        path = RESULTS / f"{name}.json"
        if path.exists():
            block = f"<!-- {name} -->\n{table(json.loads(path.read_text()))}\n<!-- /{name} -->"
            page = re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _: block, page, flags=re.DOTALL)  # noqa: B023
    return page


def _ms(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds * 1000:,.1f} ms"


def main() -> None:
    PAGE.write_text(filled(PAGE.read_text()))


if __name__ == "__main__":
    main()
