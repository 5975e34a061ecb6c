"""The sample history in four parts, what an undisturbed run of each leaves, and the edges of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command

from safemigrate.scratch import Database
from tests.executor.child import Children, Event
from tests.migrations import sample

PARTS = (
    ("base", "0013_add_columns"),
    ("0013_add_columns", "0025_partition_attach"),
    ("0025_partition_attach", "0036_backfill"),
    ("0036_backfill", "0050_drop_tables"),
)
"""Where a part of the history begins and ends; four, so that several test processes can share the work."""

_JOURNAL = """
SELECT revision, direction, execution.state, step.fingerprint, step.occurrence, step.state, step.kind
  FROM safemigrate.execution LEFT JOIN safemigrate.step ON step.execution = execution.id
 ORDER BY execution.id, step.ordinal
"""

_LEFT = """
SELECT 'session ' || application_name FROM pg_stat_activity
 WHERE datname = current_database() AND application_name LIKE 'safemigrate/%'
UNION ALL
SELECT 'advisory lock' FROM pg_locks
 WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT 'invalid index ' || indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
"""


@dataclass(frozen=True)
class Outcome:
    """What a run has left: *journal* holds each execution's steps, *started* how often each revision was begun."""

    dump: str
    rows: dict[str, list[str]]
    journal: set[tuple[Any, ...]]
    executions: Counter[str]
    heads: list[str]


def outcome(database: Database) -> Outcome:
    with database.connect() as connection:
        journal = connection.execute(_JOURNAL).fetchall()
        executions = connection.execute("SELECT revision FROM safemigrate.execution").fetchall()
    counted = Counter(revision for (revision,) in executions)
    return Outcome(database.dump(), sample.rows(database), set(journal), counted, heads(database))


def heads(database: Database) -> list[str]:
    """The version rows."""
    with database.connect() as connection:
        found = connection.execute("SELECT version_num FROM alembic_version ORDER BY 1").fetchall()
    return [version for (version,) in found]


def left(database: Database) -> list[str]:
    """What no run may leave behind: sessions, advisory locks, INVALID indexes."""
    with database.connect() as connection:
        return [what for (what,) in connection.execute(_LEFT)]


@dataclass
class Edges:
    """Names the edges of a run as its events come in; the same edge has the same name in every run."""

    revision: str = ""
    titles: Counter[str] = field(default_factory=Counter)

    def name(self, event: Event) -> str | None:
        """The edge that *event* is, or None."""
        match event["event"]:
            case "revision_started":
                self.revision, self.titles = event["revision"], Counter()
                return f"{self.revision} started"
            case "revision_done":
                return f"{self.revision} done"
            case "step_skipped":
                self.titles[event["title"]] += 1
            case "step_started":
                self.titles[event["title"]] += 1
                return self._step("started", event)
            case "step_done":
                return self._step("done", event)
        return None

    def _step(self, word: str, event: Event) -> str:
        return f"{self.revision}: {event['title']} #{self.titles[event['title']]} {word}"


def edges(events: Iterable[Event]) -> list[str]:
    """The edges among *events*."""
    namer = Edges()
    return [name for name in map(namer.name, events) if name is not None]


@dataclass(frozen=True)
class Undisturbed:
    """A run of one part that nothing befell, and what it left."""

    begins: str
    ends: str
    events: list[Event]
    outcome: Outcome

    def events_of(self, *names: str) -> list[Event]:
        return [event for event in self.events if event["event"] in names]


def undisturbed(database: Database, folder: Path, part: tuple[str, str]) -> Undisturbed:
    """Run *part* on *database*, which is empty."""
    begins, ends = part
    prepare(database, begins)
    children = Children(database.url, folder)
    try:
        child = children.must("upgrade", ends)
        return Undisturbed(begins, ends, child.events, outcome(database))
    finally:
        children.end()


def prepare(database: Database, revision: str) -> None:
    """Bring an empty *database* to *revision* as plain Alembic does; its version table is there in any case."""
    command.ensure_version(sample.config(database))
    if revision != "base":
        sample.upgrade(database, revision)


def check_same(database: Database, expected: Undisturbed, *, numbers: bool = True) -> None:
    """*database* is as the undisturbed run left its own, and every step happened once.

    Without *numbers*, only how many rows there are is compared: sequences do not go back with a transaction.
    """
    found = outcome(database)
    assert found.dump == expected.outcome.dump
    assert {table: len(rows) for table, rows in found.rows.items()} == {
        table: len(rows) for table, rows in expected.outcome.rows.items()
    }
    assert not numbers or found.rows == expected.outcome.rows
    assert found.heads == expected.outcome.heads
    assert found.journal == expected.outcome.journal
    assert found.executions == expected.outcome.executions
    assert left(database) == []
