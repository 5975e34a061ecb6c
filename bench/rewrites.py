"""What each rewrite spares the application: ``python -m bench.rewrites``.

A table of a million rows is read and written by clients. Meanwhile one operation runs on it: as plain Alembic sends
it, then as safemigrate does. For each: how long a lock that blocks reads or writes was held on a table of the
application's (``pg_locks``, sampled), the slowest request, and how long the command took.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from psycopg import sql

from bench import held, load, project, rewrites_cases
from safemigrate import scratch

RESULTS = Path(__file__).parent / "results"
AIM = 0.050
COMMANDS = ("alembic", "safemigrate")
QUIET, SETTLE = 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Outcome:
    """One operation under one command, in seconds."""

    held: float
    modes: dict[str, float]
    worst: float
    errors: int
    took: float


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    alembic: Outcome
    safemigrate: Outcome

    @property
    def reached(self) -> bool:
        return self.safemigrate.held <= AIM


@contextmanager
def copy_of(server: scratch.Server, template: str) -> Iterator[scratch.Database]:
    """A database like *template*, dropped afterwards."""
    name = f"{template}_copy"
    with server.connect() as connection:
        names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
        connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY").format(**names))
        try:
            dsn = scratch.server.of_database(server.dsn, name)
            yield scratch.Database(dsn, scratch.url(dsn), server.tool("pg_dump"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**names))


def measure(server: scratch.Server, template: str, case: rewrites_cases.Case, tool: str, rate: float) -> Outcome:
    with copy_of(server, template) as database, tempfile.TemporaryDirectory() as folder:
        ini = rewrites_cases.write(Path(folder), database.url, case)
        command.stamp(Config(str(ini)), project.BASE)
        operations = load.table("things", "n", rows=1000)
        with load.Load(database.dsn, operations, clients=2, rate=rate) as running:
            time.sleep(QUIET)
            with held.Watch(database.dsn) as watch:
                began = time.monotonic()
                run(tool, ini)
                took = time.monotonic() - began
            time.sleep(SETTLE)
        summary = running.summary()
        return Outcome(watch.worst, watch.longest, summary.worst, summary.errors, took)


def run(tool: str, ini: Path, *flags: str) -> None:
    """``python -m tool upgrade head``. Raises RuntimeError with its last words when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", tool, "-c", str(ini), "upgrade", "head", *flags],
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{tool} ended with {done.returncode}:\n{done.stdout[-3000:]}")


def table(figures: Sequence[Figure]) -> str:
    lines = [f"{'':<34}{'blocking lock held':^28}{'slowest request':^28}{'took':^24}"]
    lines += [f"{'':<34}" + f"{'alembic':>14}{'safemigrate':>14}" * 2 + f"{'alembic':>12}{'safemigrate':>12}"]
    for each in figures:
        one, two = each.alembic, each.safemigrate
        verdict = "" if each.reached else f"   MISSED ({held.words(two.modes)})"
        lines.append(
            f"{each.name:<34}{one.held * 1000:>11,.0f} ms{two.held * 1000:>11,.0f} ms"
            f"{one.worst * 1000:>11,.0f} ms{two.worst * 1000:>11,.0f} ms{one.took:>10.2f} s{two.took:>10.2f} s{verdict}"
        )
    return "\n".join(lines)


def main() -> None:
    options = _parser().parse_args()
    wanted = [case for case in rewrites_cases.CASES if not options.case or case.name in options.case]
    figures: list[Figure] = []
    with scratch.start(options.source, version=options.version, settings={"max_wal_size": "8GB"}) as server:
        template = rewrites_cases.template(server, options.rows)
        for case in wanted:
            outcomes = [measure(server, template, case, tool, options.rate) for tool in COMMANDS]
            figures.append(Figure(case.name, *outcomes))
            print(table(figures[-1:]).splitlines()[-1], flush=True)
    print("\n" + table(figures))
    report = {
        "options": {"rows": options.rows, "version": options.version, "rate": 2 * options.rate},
        "figures": [{**asdict(each), "reached": each.reached} for each in figures],
    }
    results = Path(options.results)
    results.mkdir(parents=True, exist_ok=True)
    (results / "rewrites.json").write_text(json.dumps(report, indent=1) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.rewrites", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second of each of two clients")
    parser.add_argument("--case", action="append", help="only this one; may be given several times")
    parser.add_argument("--version", type=int, default=18, help="PostgreSQL")
    parser.add_argument("--source", default="embedded", help="embedded, container or a DSN")
    parser.add_argument("--results", default=str(RESULTS))
    return parser


if __name__ == "__main__":
    main()
