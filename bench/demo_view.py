"""What the demo shows: two timelines side by side, the figures below them, and one picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import load

SLICE = 0.5
BAR = 13
EIGHTHS = " ▏▎▍▌▋▊▉█"
FASTEST, SLOWEST = 0.001, 10.0
"""What an empty and a full bar stand for, in seconds; the scale between them is logarithmic."""

COLOURS = {"alembic": "#b2182b", "safemigrate": "#1a7f37"}
PANEL = 46

INTRODUCTION = """\
The sample service on PostgreSQL {server}: {clients} clients, {rate} requests a second, reads and writes.
Somebody's transaction locks one row of "requests" and keeps it for some seconds, while the
operators run a migration that adds a column to that table. The same twice: with plain Alembic,
then with safemigrate."""

HOPELESS = """
Now a migration that cannot finish: three steps, and the table of the last one is never free.
safemigrate may wait {patience} for it.
"""


@dataclass(frozen=True, slots=True)
class Act:
    """One migration under load; the moments are by ``time.monotonic``."""

    name: str
    samples: tuple[load.Sample, ...]
    locked: float
    began: float
    freed: float
    committed: float

    @property
    def during(self) -> load.Summary:
        return load.summarise(sample for sample in self.samples if sample.due >= self.began - load.STALLED)

    def slices(self) -> dict[int, float]:
        """The slowest response of each slice of time since the row was locked, by when the request was due."""
        worst: dict[int, float] = {}
        for sample in self.samples:
            slot = math.floor((sample.due - self.locked) / SLICE)
            worst[slot] = max(worst.get(slot, 0.0), sample.response)
        return worst

    def moments(self) -> dict[int, str]:
        """What happened in which slice."""
        happened = [
            (self.locked, "row locked"),
            (self.began, "migration begins"),
            (self.freed, "row free"),
            (self.committed, "column added"),
        ]
        words: dict[int, list[str]] = {}
        for when, word in happened:
            words.setdefault(math.floor((when - self.locked) / SLICE), []).append(word)
        return {slot: ", ".join(several) for slot, several in words.items()}


def bar(seconds: float) -> str:
    """*seconds* as a bar of at most :data:`BAR` characters on a logarithmic scale."""
    share = math.log(max(seconds, FASTEST) / FASTEST) / math.log(SLOWEST / FASTEST)
    eighths = max(1, min(BAR * 8, round(share * BAR * 8)))
    return EIGHTHS[8] * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")


def timelines(acts: Sequence[Act]) -> str:
    """A line for each slice of time, a panel for each act, all of them on one clock."""
    slices, moments = [act.slices() for act in acts], [act.moments() for act in acts]
    first = min(min(each) for each in slices)
    last = max(max(each) for each in slices)
    lines = ["        " + "".join(f"{act.name:<{PANEL}}" for act in acts).rstrip()]
    lines.append("time    " + "".join(f"{'slowest request (bar: logarithmic)':<{PANEL}}" for _ in acts).rstrip())
    for slot in range(first, last + 1):
        panels = [
            _panel(each.get(slot), happened.get(slot, "")) for each, happened in zip(slices, moments, strict=True)
        ]
        lines.append(f"{slot * SLICE:5.1f} s " + "".join(panels).rstrip())
    return "\n".join(lines)


def _panel(worst: float | None, happened: str) -> str:
    if worst is None:
        return " " * PANEL
    room = PANEL - BAR - 10
    return f"{bar(worst):<{BAR}}{worst * 1000:>6,.0f} ms {happened[: room - 1]:<{room}}"


def summary(acts: Sequence[Act]) -> str:
    rows = [("", *(act.name for act in acts))]
    rows.append(("worst application query", *(_ms(act.during.worst) for act in acts)))
    rows.append(("requests slower than 50 ms", *(str(_slow(act)) for act in acts)))
    rows.append(("stall, all of them together", *(f"{act.during.stall:,.1f} s" for act in acts)))
    rows.append(("time to success", *(_ms(act.committed - act.began) for act in acts)))
    rows.append(("  after the row was free", *(_ms(act.committed - act.freed) for act in acts)))
    return "\n".join(f"{row[0]:<30}" + "".join(f"{cell:>16}" for cell in row[1:]) for row in rows)


def _slow(act: Act) -> int:
    return sum(sample.response > load.STALLED for sample in act.samples if sample.due >= act.began - load.STALLED)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def draw(acts: Sequence[Act], folder: Path) -> list[Path]:
    """Every request as a dot, a panel for each act, into a PNG and an SVG in *folder*."""
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcParams.update({"svg.hashsalt": "safemigrate", "svg.fonttype": "none"})
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(acts), figsize=(12, 4.2), sharex=True, sharey=True, squeeze=False)
    for panel, act in zip(panels[0], acts, strict=True):
        panel.axvspan(0, act.freed - act.locked, color="#000000", alpha=0.06, linewidth=0, label="one row is locked")
        panel.axvline(act.began - act.locked, color="#555555", linestyle=":", label="migration begins")
        panel.axvline(act.committed - act.locked, color=COLOURS[act.name], linestyle="--", label="the column is there")
        panel.scatter(
            [sample.due - act.locked for sample in act.samples],
            [sample.response * 1000 for sample in act.samples],
            s=5,
            color=COLOURS[act.name],
            linewidths=0,
            # Thousands of dots as vectors would make the file large for nothing.
            rasterized=True,
        )
        panel.set_yscale("log")
        panel.set_title(f"{act.name}: worst query {_ms(act.during.worst)}", loc="left")
        panel.set_xlabel("seconds since the row was locked")
        panel.grid(visible=True, alpha=0.25)
        panel.legend(loc="upper right", fontsize=8)
    panels[0][0].set_ylabel("response to each request, ms")
    figure.tight_layout()
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "outage.png", folder / "outage.svg"]
    for path in paths:
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)
    return paths
