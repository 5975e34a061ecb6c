"""What the safety costs where nobody is in the way: ``python -m bench.overhead``.

The sample history, repeated to a few hundred revisions, is brought from an empty database to its head by plain Alembic
and by safemigrate, each in a process of its own, one after the other, several times. So is ``--help``, which is the
time until the first line of either does anything. Wall-clock seconds, medians, and their ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import history
from safemigrate import scratch

RESULTS = Path(__file__).parent / "results"
COMMANDS = ("alembic", "safemigrate")
PER_COPY = len(list((history.SAMPLE / "versions").glob("[0-9]*.py"))) + 1


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured for both, in seconds; *limit* is what the ratio of the medians must not exceed."""

    name: str
    limit: float
    alembic: tuple[float, ...]
    safemigrate: tuple[float, ...]

    @property
    def medians(self) -> tuple[float, float]:
        return statistics.median(self.alembic), statistics.median(self.safemigrate)

    @property
    def ratio(self) -> float:
        theirs, ours = self.medians
        return ours / theirs

    @property
    def reached(self) -> bool:
        return self.ratio <= self.limit


def upgrade(server: scratch.Server, ini: Path, command: str) -> float:
    """Seconds that *command* needs for the whole history, from a new database."""
    with server.database() as database:
        with database.connect() as connection:
            connection.execute(f"CREATE SCHEMA {history.VERSIONS}".encode())
        return timed([command, "-c", str(ini), "upgrade", "head"], DATABASE_URL=database.url)


def timed(arguments: Sequence[str], **environment: str) -> float:
    """Seconds that ``python -m arguments`` needs. Raises CalledProcessError with its last words when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        env={**os.environ, "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout[-2000:]}")
    return seconds


def alternating(name: str, limit: float, runs: int, measure: Callable[[str], float]) -> Figure:
    """*measure* both commands in turn, so that a busy minute of the machine does not fall on one of them."""
    seconds: dict[str, list[float]] = {command: [] for command in COMMANDS}
    for command in COMMANDS:
        measure(command)  # Writes the byte code and warms the caches for both.
    for run in range(runs):
        for command in COMMANDS if run % 2 == 0 else reversed(COMMANDS):
            seconds[command].append(measure(command))
        said = ", ".join(f"{command} {values[-1]:.2f} s" for command, values in seconds.items())
        print(f"{name}, run {run + 1}: {said}", flush=True)
    return Figure(name, limit, tuple(seconds["alembic"]), tuple(seconds["safemigrate"]))


def table(figures: Sequence[Figure]) -> str:
    lines = [f"{'':<34}{'alembic':>12}{'safemigrate':>14}{'ratio':>8}{'at most':>9}"]
    for figure in figures:
        theirs, ours = figure.medians
        verdict = "" if figure.reached else "   MISSED"
        lines.append(
            f"{figure.name:<34}{theirs:>10.2f} s{ours:>12.2f} s{figure.ratio:>8.2f}{figure.limit:>9.2f}{verdict}"
        )
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], revisions: int, settings: dict[str, str]) -> str:
    rows = [
        {**asdict(figure), "medians": figure.medians, "ratio": round(figure.ratio, 3), "reached": figure.reached}
        for figure in figures
    ]
    return json.dumps({"revisions": revisions, "settings": settings, "figures": rows}, indent=1) + "\n"


def main() -> None:
    options = _parser().parse_args()
    copies = -(-options.revisions // PER_COPY)
    settings = {"fsync": "on" if options.durable else "off", "full_page_writes": "on" if options.durable else "off"}
    with (
        scratch.start(options.source, version=options.version, settings=settings) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        ini = history.repeated(Path(folder), copies)
        figures = [
            alternating(
                f"upgrade head, {copies * PER_COPY} revisions",
                1.25,
                options.runs,
                lambda command: upgrade(server, ini, command),
            ),
            alternating("--help", 1.3, max(5, options.runs), lambda command: timed([command, "--help"])),
        ]
    print(table(figures))
    results = Path(options.results)
    results.mkdir(parents=True, exist_ok=True)
    (results / "overhead.json").write_text(as_json(figures, copies * PER_COPY, settings))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.overhead", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--revisions", type=int, default=300, help="at least so many")
    parser.add_argument("--durable", action="store_true", help="with fsync, which scratch servers do without")
    parser.add_argument("--version", type=int, default=18, help="PostgreSQL")
    parser.add_argument("--source", default="embedded", help="embedded, container or a DSN")
    parser.add_argument("--results", default=str(RESULTS))
    return parser


if __name__ == "__main__":
    main()
