"""Writes the figures of the last full run into docs/benchmarks.md: ``python -m bench.record``.

Each table stands between two comments there, ``<!-- stall -->`` and ``<!-- /stall -->``, and is made from the JSON of
the same name in bench/results. So what the documentation says is what was measured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
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


def rewrites(report: dict[str, Any]) -> str:
    """A line for each operation, as written and the safe way."""
    lines = [
        f"{report['options']['rows']:,} rows, {report['options']['rate']:g} requests a second, one run.",
        "",
        "| operation | lock held, alembic | safemigrate | slowest request, alembic | safemigrate | took, alembic "
        "| safemigrate | lock ≤ 50 ms |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for figure in report["figures"]:
        one, two = figure["alembic"], figure["safemigrate"]
        lines.append(
            f"| {figure['name']} | {_ms(one['held'])} | {_ms(two['held'])} | {_ms(one['worst'])} | {_ms(two['worst'])} "
            f"| {one['took']:.1f} s | {two['took']:.1f} s | {'reached' if figure['reached'] else 'missed'} |"
        )
    return "\n".join(lines)


def backfill(report: dict[str, Any]) -> str:
    """A line for each way, idle and under load."""
    options = report["options"]
    lines = [f"{options['rows']:,} rows, one run; fsync {report['settings']['fsync']}.", ""]
    for loaded, title in ((False, "Idle server"), (True, f"Under {options['rate']:g} requests a second")):
        found = [each for each in report["outcomes"] if each["loaded"] is loaded]
        lines += [
            f"**{title}**",
            "",
            "| way | rows/s | ratio | WAL | growth | rows locked for | p99 | p99 before | worst |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        ]
        for each in found:
            ratio = each["rows_a_second"] / found[0]["rows_a_second"]
            requests = [_ms(each[key]) if loaded else "–" for key in ("p99", "quiet_p99", "worst")]
            lines.append(
                f"| {each['way']} | {each['rows_a_second']:,.0f} | {ratio:.2f} | {each['wal'] / 1e6:,.0f} MB "
                f"| {each['growth']:.2f} × | {_ms(each['held'])} | {' | '.join(requests)} |"
            )
        lines.append("")
    return "\n".join(lines).rstrip()


def lint(report: dict[str, Any]) -> str:
    """What was found, how long it took, and the aims; a column for each tool."""
    tools = report["tools"]
    lines = [
        "| | " + " | ".join(f"{tool['name']} {tool['version']}".replace("|", "to").strip() for tool in tools) + " |",
        "|---|" + "--:|" * len(tools),
        _counts(f"**hazards found**, of {report['hazards']}", [tool["found"] for tool in tools]),
    ]
    lines += [
        _counts(f"{way}, of {count}", [tool["ways"][way] for tool in tools]) for way, count in report["ways"].items()
    ]
    lines.append(_counts(f"**safe files flagged**, of {report['safe']}", [len(tool["alarms"]) for tool in tools]))
    lines.append(_counts("not read to the end", [len(tool["unread"]) for tool in tools]))
    for job in dict.fromkeys(each["job"] for each in report["timings"]):
        timings = {each["tool"]: each for each in report["timings"] if each["job"] == job}
        told = [f"{timings[tool['name']]['median']:.2f} s" for tool in tools]
        told = [
            f"broke off, {each}" if timings[tool["name"]]["failed"] else each
            for tool, each in zip(tools, told, strict=True)
        ]
        lines.append(_counts(job, told))
    lines += ["", "| aim | measured | |", "|---|--:|---|"]
    lines += [
        f"| {goal['claim'].replace('|', 'to')} | {goal['measured']} | {'reached' if goal['reached'] else 'missed'} |"
        for goal in report["goals"]
    ]
    lines += ["", f"safemigrate names the planted rule for {report['named']} of them."]
    missing = [f"{name} could not be installed: {why}." for name, why in report["missing"].items()]
    return "\n".join([*lines, *(["", *missing] if missing else [])])


def _counts(title: str, cells: Sequence[object]) -> str:
    return f"| {title} | " + " | ".join(map(str, cells)) + " |"


TABLES: dict[str, Callable[[dict[str, Any]], str]] = {
    "stall": stall,
    "overhead": overhead,
    "rewrites": rewrites,
    "backfill": backfill,
    "lint": lint,
}


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
