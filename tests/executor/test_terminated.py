"""Nothing is lost when the server ends our sessions: at every edge of the history, the one that works, the one that
watches, or both; the run itself goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from safemigrate import scratch
from tests.executor import history
from tests.executor.child import Children, Event, Fault
from tests.executor.history import Edges, Undisturbed

# The session that watches is the one that holds the one-at-a-time lock.
TERMINATE = """
SELECT pid, pg_terminate_backend(pid)
  FROM (SELECT pid, EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = activity.pid AND locktype = 'advisory') AS watches
          FROM pg_stat_activity AS activity
         WHERE datname = current_database() AND application_name LIKE 'safemigrate/%%') AS session
 WHERE watches = ANY (%s)
"""
STILL_THERE = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY (%s)"


def terminate(dsn: str, watches: list[bool]) -> int:
    """End the sessions that watch, or not; how many, when they have ended."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        pids = [pid for pid, _sent in connection.execute(TERMINATE, [watches])]
        while connection.execute(STILL_THERE, [pids]).fetchone() != (0,):
            time.sleep(0.001)
    return len(pids)


@dataclass
class Terminated(Fault):
    """At each edge of a step the sessions that watch or not are ended, as *turns* say one after the other; the file
    *count* says how many were.
    """

    dsn: str
    turns: list[list[bool]]
    count: Path
    edges: Edges = field(default_factory=Edges)
    met: int = 0

    def happened(self, event: Event) -> None:
        if self.edges.name(event) is None or event["event"] not in ("step_started", "step_done"):
            return
        watches = self.turns[self.met % len(self.turns)]
        self.met += 1
        with self.count.open("a") as file:
            file.write(f"{terminate(self.dsn, watches)}\n")


WORKS, WATCHES = False, True


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param([[WATCHES]], id="the_watching_one"),
        # Three turns: each of them falls on beginnings and on ends of steps.
        pytest.param([[WORKS], [WORKS, WATCHES], [WORKS]], id="the_working_one_or_both"),
    ],
)
@pytest.mark.parametrize("part", history.PARTS, ids=lambda part: part[1])
def test_sessions_terminated_at_every_step_edge_the_run_recovers_and_every_step_happens_once(
    database: scratch.Database,
    children: Children,
    tmp_path: Path,
    part: tuple[str, str],
    turns: list[list[bool]],
    undisturbed: Callable[[tuple[str, str]], Undisturbed],
) -> None:
    expected = undisturbed(part)
    history.prepare(database, part[0])
    count = tmp_path / "count"
    child = children.must("upgrade", part[1], fault=Terminated(database.dsn, turns, count))
    ended = [int(line) for line in count.read_text().splitlines()]
    steps = [event for event in child.events if event["event"] in ("step_started", "step_done")]
    # A session that is not needed between two edges is still gone at the second one.
    assert len(ended) == len(steps)
    assert sum(ended) >= len(expected.events_of("step_done"))
    history.check_same(database, expected)
