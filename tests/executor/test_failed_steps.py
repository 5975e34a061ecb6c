"""A final failure in every step in turn: the database is as before the revision, or the plan had said that it is not.

The failure is a real error of the server (division by zero). Where it can, it strikes after the step's effect, within
the step's transaction.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from safemigrate import scratch
from tests.executor import history
from tests.executor.child import KILLED, Child, Children, Event, Fault, die
from tests.executor.history import Undisturbed

KEPT = {"0022_enum_value": ("label 'cancelled' stays in type request_state", "    'cancelled',")}
"""What taking a revision back leaves: what its error says, and the line of the dump."""

NESTED = "CHECK ((((width >= 1) AND (width <= 4096)) AND ((height >= 1) AND (height <= 4096))))"
FLAT = "CHECK (((width >= 1) AND (width <= 4096) AND ((height >= 1) AND (height <= 4096))))"
"""The same condition as its author's BETWEEN made it, and as PostgreSQL reads its own text of it: a dump that is
restored changes in the same way."""


@dataclass
class FailsStep(Fault):
    """Step number *number* fails for good, as long as it is the one that runs."""

    number: int
    text: str | None = None

    def arm(self) -> None:
        execute = psycopg.Cursor.execute

        def executing(cursor: Any, query: Any, parameters: Any = None, **options: Any) -> Any:
            text = query.decode() if isinstance(query, bytes) else query
            failing = self.failing(text) if isinstance(text, str) else None
            if failing is None:
                return execute(cursor, query, parameters, **options)
            return execute(cursor, failing.encode(), None if failing == FAILURE else parameters, **options)

        # What goes wrong is what the server is told, under everything that is ours.
        driver: Any = psycopg
        driver.Cursor.execute = executing

    def happened(self, event: Event) -> None:
        if event["event"] == "step_started":
            self.text = event["sql"] if event["index"] == self.number else None
        elif event["event"] in ("step_failed", "undo_started"):
            self.text = None

    def failing(self, text: str) -> str | None:
        """What is sent instead of *text*; None where it is not the step's."""
        if self.text is None:
            return None
        if not self.text:
            # The revision runs whole; the second of its changes is struck.
            return FAILURE if text.startswith("UPDATE requests") else None
        if self.text not in text:
            return None
        # Numbers that a sequence has given do not come back, so a failed INSERT is one that has not begun.
        after = "CONCURRENTLY" not in self.text and "INSERT" not in self.text
        return text.replace(self.text, f"{self.text};\n{FAILURE}" if after else FAILURE)


FAILURE = "SELECT 1 / 0"


@dataclass
class KilledAtLastStep(Fault):
    """Dies when the last step of the revision is done, before its version row is written."""

    last: bool = False

    def happened(self, event: Event) -> None:
        if event["event"] == "step_started":
            self.last = event["index"] == event["total"]
        elif event["event"] == "step_done" and self.last:
            die()


@dataclass
class Before:
    """The database before a revision, and what may have stayed behind since."""

    database: scratch.Database
    kept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dump = dumped(self.database)
        self.rows = self.database.checksum()
        self.heads = history.heads(self.database)

    def check(self, revision: str) -> None:
        """The database is as it was, but for what is *kept*."""
        dump = dumped(self.database)
        if self.kept or dump != self.dump:
            changes = difflib.unified_diff(self.dump.splitlines(), dump.splitlines(), lineterm="", n=0)
            changed = [line for line in changes if line[0] in "+-" and line[:3] not in ("+++", "---")]
            assert changed == [f"+{line}" for line in self.kept], revision
        assert self.database.checksum() == self.rows, revision
        assert history.heads(self.database) == self.heads, revision
        assert history.left(self.database) == [], revision

    def stays(self, revision: str, said: list[str]) -> None:
        """Taking *revision* back has *said* what stays behind."""
        if said:
            text, line = KEPT[revision]
            assert said == [text]
            self.kept = [line]


def dumped(database: scratch.Database) -> str:
    return database.dump().replace(NESTED, FLAT)


def revisions(expected: Undisturbed) -> list[str]:
    return [event["revision"] for event in expected.events_of("revision_started")]


def numbers(expected: Undisturbed, revision: str) -> list[int]:
    """The numbers of the steps of *revision* that are sent to the server."""
    found: list[int] = []
    current = ""
    for event in expected.events_of("revision_started", "step_started"):
        current = event.get("revision", current)
        if event["event"] == "step_started" and current == revision:
            found.append(event["index"])
    return found


def planned(children: Children, revision: str) -> Event:
    """The plan of *revision*, the next one."""
    child = children.must("plan", revision)
    (plan,) = json.loads(child.path.read_text())["revisions"]
    assert isinstance(plan, dict)
    return plan


Part = pytest.mark.parametrize("part", history.PARTS, ids=lambda part: part[1])


@Part
def test_a_final_failure_in_every_step_leaves_the_database_as_before_or_pauses_past_the_point_of_no_return(
    database: scratch.Database,
    children: Children,
    part: tuple[str, str],
    undisturbed: Callable[[tuple[str, str]], Undisturbed],
) -> None:
    expected = undisturbed(part)
    history.prepare(database, part[0])
    for revision in revisions(expected):
        before, plan = Before(database), planned(children, revision)
        last = plan["point_of_no_return"] or len(plan["steps"])
        verb = ["upgrade", revision]
        for number in numbers(expected, revision):
            if number <= last:
                child = children.must(*verb, fault=FailsStep(number), code=5)
                before.stays(revision, child.details("stays behind"))
                before.check(revision)
            else:
                child = children.must(*verb, fault=FailsStep(number), code=6)
                assert child.details("cannot return"), revision
                verb = ["resume"]
            assert "division by zero" in " ".join(child.details("server")), child.text
        children.must(*verb)
    check_arrived(database, expected)


@Part
def test_what_was_paused_killed_or_completed_is_taken_back_by_another_process_or_refused_with_its_losses(
    database: scratch.Database,
    children: Children,
    part: tuple[str, str],
    undisturbed: Callable[[tuple[str, str]], Undisturbed],
) -> None:
    expected = undisturbed(part)
    history.prepare(database, part[0])
    for revision in revisions(expected):
        before, steps = Before(database), numbers(expected, revision)
        if steps:
            # Where no step is done there is nothing to keep.
            code = 6 if len(steps) > 1 else 5
            children.must("upgrade", revision, "--on-failure", "pause", fault=FailsStep(steps[-1]), code=code)
            undone = code == 5 or take_back(children, before, revision)
            if undone:
                children.must("upgrade", revision, fault=KilledAtLastStep(), code=KILLED)
                take_back(children, before, revision)
        children.must("upgrade", revision)
        dump, rows = database.dump(), database.checksum()
        if take_back(children, before, revision, revision):
            children.must("upgrade", revision)
        else:
            assert (database.dump(), database.checksum()) == (dump, rows), revision
            assert revision in history.heads(database)
    check_arrived(database, expected)


def take_back(children: Children, before: Before, revision: str, *named: str) -> bool:
    """Roll back; whether that brought everything back. Otherwise it was refused, and said what would be lost."""
    code, child = children.run("rollback", *named)
    if code == 2:
        assert child.details("is lost"), child.text
        if not named:
            # What is half done stays so until it is completed, and then it is taken for undone by hand.
            children.must("resume")
        return False
    assert code == 0, child.text
    before.stays(revision, [event["text"].removeprefix("stays behind: ") for event in notices(child)])
    before.check(revision)
    return True


def notices(child: Child) -> list[Event]:
    return [e for e in child.events if e["event"] == "notice" and e["text"].startswith("stays behind: ")]


def check_arrived(database: scratch.Database, expected: Undisturbed) -> None:
    assert database.dump() == expected.outcome.dump
    assert history.outcome(database).rows == expected.outcome.rows
    assert history.heads(database) == expected.outcome.heads
    assert history.left(database) == []
