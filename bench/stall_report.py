"""The outcomes of :mod:`bench.stall` in words and figures, and what safemigrate must reach."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.stall import Outcome

OURS = "safemigrate"
FIXED = ("lock_timeout 5 s", "lock_timeout 1 s", "lock_timeout 200 ms", "lock_timeout 100 ms")
HEADINGS = ("policy", "worst query", "added", "stall", "tries", "to success", "after blocker", "command")


@dataclass(frozen=True, slots=True)
class Goal:
    """Something safemigrate must reach, and whether it did."""

    claim: str
    measured: str
    reached: bool


def line(outcome: Outcome) -> str:
    """One outcome in one line."""
    figures = "  ".join(f"{heading} {cell}" for heading, cell in zip(HEADINGS[1:], _cells(outcome)[1:], strict=True))
    return f"{outcome.scenario:<12} {outcome.policy:<20} {figures} {outcome.error}".rstrip()


def table(outcomes: Sequence[Outcome]) -> str:
    """One block for each scenario, one line for each policy."""
    lines = []
    for scenario in dict.fromkeys(outcome.scenario for outcome in outcomes):
        lines += ["", scenario, _row(HEADINGS)]
        lines += [_row(_cells(outcome)) + outcome.error for outcome in outcomes if outcome.scenario == scenario]
    return "\n".join(lines)


def verdict(outcomes: Sequence[Outcome]) -> str:
    """The goals, one to a line; "" where safemigrate was not measured."""
    return "\n".join(f"{'ok' if g.reached else 'MISSED':<7} {g.claim}: {g.measured}" for g in goals(outcomes))


def as_json(middle: Sequence[Outcome], every: Sequence[Outcome], options: dict[str, object]) -> str:
    """Everything but the series, which the picture shows."""
    report = {
        "options": options,
        "medians": [_plain(outcome) for outcome in middle],
        "ratios": list(ratios(middle)),
        "goals": [asdict(goal) for goal in goals(middle)],
        "runs": [_plain(outcome) for outcome in every],
    }
    return json.dumps(report, indent=1) + "\n"


def ratios(outcomes: Sequence[Outcome]) -> Iterator[dict[str, object]]:
    """Each other policy's worst query and stall as multiples of ours, where we were measured."""
    for scenario, policies in _by_scenario(outcomes).items():
        if ours := policies.get(OURS):
            for policy, other in policies.items():
                yield {
                    "scenario": scenario,
                    "policy": policy,
                    "worst": _ratio(other.worst, ours.worst),
                    "added": _ratio(other.added, ours.added),
                    "stall": _ratio(other.stall, ours.stall),
                    "success": _ratio(other.success, ours.success),
                }


def goals(outcomes: Sequence[Outcome]) -> list[Goal]:
    """What safemigrate must reach, for the scenarios measured."""
    return [goal for name, policies in _by_scenario(outcomes).items() for goal in _goals(name, policies)]


def _goals(scenario: str, policies: dict[str, Outcome]) -> Iterator[Goal]:
    ours = policies.get(OURS)
    fixed = [policies[name] for name in FIXED if name in policies]
    if ours is None:
        return
    if scenario in ("row lock", "long SELECT"):
        yield Goal(f"{scenario}: worst added latency ≤ 10 ms", _ms(ours.added), ours.added <= 0.010)
        yield Goal(f"{scenario}: success ≤ 100 ms after the blocker's end", _ms(ours.late), ours.late <= 0.100)
        if fixed:
            times = _ratio(min(other.added for other in fixed), ours.added)
            yield Goal(f"{scenario}: ≥ 10 × below the best fixed lock_timeout", f"{times:.1f} ×", times >= 10)
    if scenario == "dense":
        yield Goal("dense: success in ≤ 3 tries", str(ours.tries), ours.tries <= 3)
        if fixed:
            best = min(other.stall for other in fixed)
            yield Goal(
                "dense: stall no worse than the best", f"{ours.stall:.2f} against {best:.2f} s", ours.stall <= best
            )


def _by_scenario(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Outcome]]:
    found: dict[str, dict[str, Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.scenario, {})[outcome.policy] = outcome
    return found


def _cells(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.policy,
        _ms(outcome.worst),
        _ms(outcome.added),
        f"{outcome.stall:.2f} s",
        f"{outcome.tries:g}",
        _ms(outcome.success),
        _ms(outcome.late),
        _ms(outcome.returned),
    )


def _row(cells: Sequence[str]) -> str:
    return f"  {cells[0]:<22}" + "".join(f"{cell:>14}" for cell in cells[1:]) + "  "


def _plain(outcome: Outcome) -> dict[str, object]:
    return {name: _figure(value) for name, value in asdict(outcome).items() if name != "series"}


def _figure(value: object) -> object:
    """Microseconds are enough; JSON knows no NaN, which stands for a success that did not come."""
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value


def _ratio(other: float, ours: float) -> float:
    """Rounded, and with a floor of 0.1 ms below which nothing was measured."""
    return round(max(other, 1e-4) / max(ours, 1e-4), 2)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"
