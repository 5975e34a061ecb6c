"""Latency timelines as a picture: for each scenario, the slowest request in each slice of time, one line a policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench import load

if TYPE_CHECKING:
    from bench.stall import Outcome

SLICE = 0.05
COLOURS = {
    "alembic": "#b2182b",
    "lock_timeout 5 s": "#ef8a62",
    "lock_timeout 1 s": "#d9a441",
    "lock_timeout 200 ms": "#7fa8c9",
    "lock_timeout 100 ms": "#4575b4",
    "safemigrate": "#1a7f37",
}


def buckets(samples: Sequence[load.Sample], zero: float) -> tuple[tuple[float, float], ...]:
    """(seconds since *zero*, worst response) of each slice in which requests were due."""
    worst: dict[int, float] = {}
    for sample in samples:
        slot = int((sample.due - zero) // SLICE)
        worst[slot] = max(worst.get(slot, 0.0), sample.response)
    return tuple((round(slot * SLICE, 3), round(worst[slot], 5)) for slot in sorted(worst))


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """One panel for each scenario into *path*, an SVG or PNG that is the same for the same figures."""
    import matplotlib

    matplotlib.use("agg")
    # Text as text: glyphs drawn as paths would be most of the file.
    matplotlib.rcParams.update({"svg.hashsalt": "safemigrate", "svg.fonttype": "none"})
    from matplotlib import pyplot

    scenarios = list(dict.fromkeys(outcome.scenario for outcome in outcomes))
    figure, panels = pyplot.subplots(len(scenarios), 1, figsize=(10, 2.6 * len(scenarios)), squeeze=False)
    for panel, scenario in zip(panels[:, 0], scenarios, strict=True):
        for outcome in (each for each in outcomes if each.scenario == scenario):
            seconds, responses = zip(*outcome.series, strict=True) if outcome.series else ((), ())
            panel.plot(
                seconds,
                [response * 1000 for response in responses],
                color=COLOURS.get(outcome.policy, "#555555"),
                linewidth=2.2 if outcome.policy == "safemigrate" else 1.1,
                label=outcome.policy,
            )
        panel.set_yscale("log")
        panel.set_title(f"ADD COLUMN against: {scenario}", loc="left", fontsize=10)
        panel.set_ylabel("slowest response, ms")
        panel.grid(visible=True, which="major", alpha=0.25)
    panels[-1, 0].set_xlabel("seconds since the migration began")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, ncols=len(labels), loc="upper center")
    figure.tight_layout(rect=(0, 0, 1, 0.98))
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)
