"""What :mod:`bench.lint` has to say: as JSON, which is kept, and from it as text for a terminal."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.lint_corpus import WAYS, Case

OURS = "safemigrate lint"
PIPE = "alembic | squawk"
START = "alembic --help"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What *tool* said of a case: the *rules* that it reported, and why it did not read it all, if so."""

    tool: str
    case: str
    rules: tuple[str, ...]
    failed: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of *tool* for a job, run after run. *failed* says that it did not get to the end."""

    job: str
    tool: str
    seconds: tuple[float, ...]
    reports: int
    failed: str


def as_json(
    cases: Sequence[Case],
    verdicts: Sequence[Verdict],
    timings: Sequence[Timing],
    missing: Mapping[str, str],
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """Everything, with what follows from it: for each tool and way of writing how many were found, and the aims. The
    hazards that our own linter reports under the planted rule are *named*.
    """
    hazards = [case for case in cases if case.rule]
    rules = {case.name: case.rule for case in hazards}
    reported = {(each.tool, each.case) for each in verdicts if each.rules}
    tools = [
        {
            "name": tool,
            "version": version,
            "found": sum((tool, case.name) in reported for case in hazards),
            "alarms": [case.name for case in cases if not case.rule and (tool, case.name) in reported],
            "unread": [each.case for each in verdicts if each.tool == tool and each.failed],
            "ways": {
                way: sum((tool, case.name) in reported for case in hazards if case.way == way) for way in _ways(hazards)
            },
        }
        for tool, version in versions.items()
    ]
    report: dict[str, Any] = {
        "hazards": len(hazards),
        "named": sum(each.tool == OURS and rules.get(each.case) in each.rules for each in verdicts),
        "safe": len(cases) - len(hazards),
        "ways": _ways(hazards),
        "tools": tools,
        "missing": dict(missing),
        "timings": [{**asdict(each), "median": statistics.median(each.seconds)} for each in timings],
        "verdicts": [asdict(each) for each in verdicts],
    }
    return {**report, "goals": _goals(report, hazards, reported)}


def _ways(hazards: Sequence[Case]) -> dict[str, int]:
    return {way: sum(case.way == way for case in hazards) for way in WAYS}


def _goals(
    report: Mapping[str, Any], hazards: Sequence[Case], reported: set[tuple[str, str]]
) -> list[dict[str, object]]:
    """The aims for our own linter; none without it."""
    ours = next((tool for tool in report["tools"] if tool["name"] == OURS), None)
    if ours is None or not hazards:
        return []
    share = ours["found"] / len(hazards)
    theirs = [
        case.name
        for case in hazards
        if (OURS, case.name) not in reported and any(name == case.name for _, name in reported)
    ]
    goals = [
        _goal("at least 95 % of the hazards", f"{share:.1%}", share >= 0.95),
        _goal("every hazard that another tool finds", f"{len(theirs)} missed", not theirs),
        _goal("no false alarm", str(len(ours["alarms"])), not ours["alarms"]),
    ]
    for job in dict.fromkeys(each["job"] for each in report["timings"]):
        goals += _time_goals(job, {each["tool"]: each for each in report["timings"] if each["job"] == job})
    return goals


def _time_goals(job: str, timings: Mapping[str, Any]) -> list[dict[str, object]]:
    ours, start = timings[OURS]["median"], timings[START]["median"]
    if job.startswith("one file"):
        return [
            _goal(f"{job}: ≤ 1.0 s", f"{ours:.2f} s", ours <= 1.0),
            _goal(f"{job}: ≤ 1.5 × {START}", f"{ours / start:.2f} ×", ours <= 1.5 * start),
        ]
    if PIPE not in timings or timings[PIPE]["failed"]:
        return []
    pipe = timings[PIPE]["median"]
    return [_goal(f"{job}: faster than {PIPE}", f"{ours / pipe:.2f} ×", ours < pipe)]


def _goal(claim: str, measured: str, reached: bool) -> dict[str, object]:
    return {"claim": claim, "measured": measured, "reached": reached}


def text(report: Mapping[str, Any]) -> str:
    names = [tool["name"] for tool in report["tools"]]
    lines = [f"{'':<44}" + "".join(f"{name:>18}" for name in names)]
    lines.append(_line("hazards found", report["hazards"], [tool["found"] for tool in report["tools"]]))
    lines += [
        _line(f"  {way}", count, [tool["ways"][way] for tool in report["tools"]])
        for way, count in report["ways"].items()
    ]
    lines.append(_line("safe files flagged", report["safe"], [len(tool["alarms"]) for tool in report["tools"]]))
    lines.append(_line("files not read to the end", None, [len(tool["unread"]) for tool in report["tools"]]))
    lines.append(f"{OURS} names the planted rule for {report['named']}.")
    lines += [f"{name}: not here: {why}" for name, why in report["missing"].items()]
    for job in dict.fromkeys(each["job"] for each in report["timings"]):
        lines += ["", job]
        for each in report["timings"]:
            if each["job"] == job:
                failed = f"   BROKE OFF: {each['failed']}" if each["failed"] else ""
                lines.append(f"  {each['tool']:<20}{each['median']:>8.2f} s{each['reports']:>8} reports{failed}")
    lines.append("")
    lines += [
        f"{goal['claim']:<58}{goal['measured']:>12}{'' if goal['reached'] else '   MISSED'}" for goal in report["goals"]
    ]
    return "\n".join(lines).rstrip()


def _line(title: str, of: int | None, counts: Sequence[int]) -> str:
    head = title if of is None else f"{title} (of {of})"
    return f"{head:<44}" + "".join(f"{count:>18}" for count in counts)
