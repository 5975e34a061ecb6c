"""What the application feels while a column is added: ``python -m bench.stall``.

Clients read and write a table at a fixed rate. Something holds that table: a transaction with a row lock, a long
SELECT, many short transactions, or nothing. Meanwhile a migration adds a column, under one policy after the other.
For each pair: the worst query, the stall in transaction-seconds, the tries, the time to success. Medians of several
runs, each in a database of its own.
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from alembic import command
from alembic.config import Config

from bench import blockers, load, picture, policies, project, stall_report
from safemigrate import scratch

RESULTS = Path(__file__).parent / "results"
ROWS = 20_000
HELD = 3.0
QUIET = 1.0
SETTLE = 1.5
LONGEST_RUN = 120.0
LOCK_TIMEOUT_MESSAGES = ("due to lock timeout", "could not obtain lock on relation")

# Commit times come from the server, so that what a policy does after its DDL does not count as waiting.
SETTINGS = {"track_commit_timestamp": "on", "max_connections": "100"}
COMMITTED = """
    SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM pg_attribute
     WHERE attrelid = 'requests'::regclass AND attname = 'shed'
"""


@contextmanager
def nothing(dsn: str) -> Iterator[blockers.Blocker]:
    """Nobody holds the table."""
    now = time.monotonic()
    yield blockers.Blocker(began=now, ended=now)


Scenario = Callable[[str], AbstractContextManager[blockers.Blocker]]

# The blocker's row is 1; the load leaves it alone.
SCENARIOS: dict[str, Scenario] = {
    "row lock": lambda dsn: blockers.hold_row_lock(dsn, project.TABLE, HELD, ("id", 1)),
    "long SELECT": lambda dsn: blockers.long_select(dsn, project.TABLE, HELD),
    "dense": lambda dsn: blockers.dense_transactions(dsn, project.TABLE, 2, 100, 8),
    "nothing": nothing,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run, in seconds. *added* is the worst latency beyond the quiet p99; *late* is measured from the blocker's
    end where it ends by itself; *returned* is when the command was done, *success* when its DDL was committed."""

    scenario: str
    policy: str
    worst: float
    added: float
    stall: float
    tries: int
    success: float
    late: float
    returned: float
    quiet_p99: float
    errors: int
    error: str
    series: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    runs: int = 3
    clients: int = 6
    rate: float = 50.0
    threshold: float = load.STALLED


def measure(server: scratch.Server, scenario: str, policy: str, options: Options) -> Outcome:
    """One run in a new database."""
    with server.database() as database, tempfile.TemporaryDirectory() as folder:
        ini = project.write(Path(folder), database.url)
        command.upgrade(Config(str(ini)), project.BASE)
        with database.connect() as connection:
            project.fill(connection, ROWS)
        operations = load.table(project.TABLE, "seen", rows=ROWS)
        with (
            _policy(ini, policy) as process,
            load.Load(database.dsn, operations, clients=options.clients, rate=options.rate) as running,
        ):
            time.sleep(QUIET)
            logged = len(server.log)
            with SCENARIOS[scenario](database.dsn) as blocker:
                said = _go(process)
                ended_by_itself = blocker.ended
            time.sleep(SETTLE)
        with database.connect() as connection:
            row = connection.execute(COMMITTED).fetchone()
        committed = row[0] - time.time() + time.monotonic() if row else float("nan")
        return _outcome(scenario, policy, options, running, said, committed, ended_by_itself, server.log[logged:])


def _outcome(
    scenario: str,
    policy: str,
    options: Options,
    running: load.Load,
    said: dict[str, object],
    committed: float,
    blocker_ended: float,
    log: str,
) -> Outcome:
    began, ended = float(str(said["began"])), float(str(said["ended"]))
    quiet = running.summary(until=began, threshold=options.threshold)
    during = running.summary(began - options.threshold, ended + SETTLE, options.threshold)
    refused = sum(log.count(message) for message in LOCK_TIMEOUT_MESSAGES)
    return Outcome(
        scenario=scenario,
        policy=policy,
        worst=during.worst,
        added=max(0.0, during.worst - quiet.p99),
        stall=during.stall,
        tries=int(str(said["tries"] or refused + 1)),
        success=committed - began,
        late=committed - max(began, blocker_ended),
        returned=ended - began,
        quiet_p99=quiet.p99,
        errors=during.errors,
        error=str(said["error"]),
        series=picture.buckets(running.timeline(began - QUIET, ended + SETTLE), began),
    )


@contextmanager
def _policy(ini: Path, policy: str) -> Iterator[subprocess.Popen[str]]:
    """The policy's process, ready to go; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.policies", str(ini), policy],
        cwd=load.CHECKOUT,
        env={**os.environ, "COLUMNS": "120", "NO_COLOR": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout
            if process.stdout.readline() != "ready\n":
                assert process.stderr
                raise RuntimeError(f'policy "{policy}" could not start: {process.stderr.read()}')
            yield process
        finally:
            process.kill()


def _go(process: subprocess.Popen[str]) -> dict[str, object]:
    """Let the policy run to its end; what it said."""
    began = time.monotonic()
    try:
        out, err = process.communicate("go\n", timeout=LONGEST_RUN)
    except subprocess.TimeoutExpired:
        error = f"not done after {LONGEST_RUN:.0f} s"
        return {"began": began, "ended": time.monotonic(), "tries": None, "error": error}
    if not out:
        raise RuntimeError(f"the policy ended without a word: {err}")
    answer: dict[str, object] = json.loads(out.splitlines()[-1])
    return answer


def medians(outcomes: Sequence[Outcome]) -> Outcome:
    """The median of each figure over runs of one scenario and policy; errors of all of them."""
    first = outcomes[0]
    figures = {
        field.name: statistics.median(getattr(outcome, field.name) for outcome in outcomes)
        for field in fields(Outcome)
        if isinstance(getattr(first, field.name), int | float)
    }
    error = "; ".join(sorted({outcome.error for outcome in outcomes if outcome.error}))
    return Outcome(**{**asdict(first), **figures, "error": error, "series": first.series})


def main() -> None:
    arguments = _parser().parse_args()
    options = Options(arguments.runs, arguments.clients, arguments.rate, arguments.threshold_ms / 1000)
    scenarios = arguments.scenario or list(SCENARIOS)
    chosen = arguments.policy or list(policies.available())
    outcomes: dict[tuple[str, str], list[Outcome]] = {}
    with scratch.start(arguments.source, version=arguments.version, settings=SETTINGS) as server:
        # Runs go round the policies, so that a busy minute of the machine does not fall on one of them.
        for run in range(options.runs):
            for scenario in scenarios:
                for policy in chosen:
                    outcome = measure(server, scenario, policy, options)
                    outcomes.setdefault((scenario, policy), []).append(outcome)
                    print(f"run {run + 1}: {stall_report.line(outcome)}", flush=True)
    middle = [medians(runs) for runs in outcomes.values()]
    print(stall_report.table(middle))
    print(stall_report.verdict(middle))
    results = Path(arguments.results)
    results.mkdir(parents=True, exist_ok=True)
    every = [outcome for runs in outcomes.values() for outcome in runs]
    (results / "stall.json").write_text(stall_report.as_json(middle, every, asdict(options)))
    picture.draw(middle, results / "stall.svg")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.stall", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), help="repeatable; default: all")
    parser.add_argument("--policy", action="append", choices=list(policies.POLICIES), help="repeatable; default: all")
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second of each client")
    parser.add_argument(
        "--threshold-ms", type=float, default=load.STALLED * 1000, help="a response above it is stalled"
    )
    parser.add_argument("--version", type=int, default=18, help="PostgreSQL")
    parser.add_argument("--source", default="embedded", help="embedded, container or a DSN")
    parser.add_argument("--results", default=str(RESULTS))
    return parser


if __name__ == "__main__":
    main()
