"""What happens in a run, as plain data. The executor emits, the console shows; neither knows the other.

An event says what happened and carries its figures; how it is worded is the business of whoever shows it. Durations
are seconds. ``at`` is the wall clock, for the reader's eyes and logs; nothing is decided by it.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from safemigrate.errors import ExitCode
from safemigrate.facts import Lock, LockMode, Relation
from safemigrate.locks import inspect

Direction = Literal["upgrade", "downgrade", "rollback"]
Signal = Literal["cancel", "terminate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, and when."""

    at: float = field(default_factory=time.time, compare=False)


Listener = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """The sessions are open and the one-at-a-time lock is ours; *revisions* are about to run, in this order."""

    run: str
    database: str
    server_version: str
    revisions: tuple[str, ...]
    direction: Direction


@dataclass(frozen=True, slots=True)
class LeaseWaiting(Event):
    """Another run holds the one-at-a-time lock; we have waited for it for *seconds*. *age*: how long it has run."""

    pid: int
    user: str
    application: str
    client: str
    age: float
    seconds: float


@dataclass(frozen=True, slots=True)
class OrphanFound(Event):
    """A session of an earlier run whose process is gone is still at work, and what we do about it."""

    pid: int
    application: str
    query: str
    action: str


@dataclass(frozen=True, slots=True)
class RevisionStarted(Event):
    """Revision number *index* of *total* begins; *why* is the reason for its *mode*."""

    revision: str
    message: str
    mode: str
    why: str
    steps: int
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class StepStarted(Event):
    """Step number *index* of the revision's *total* begins, with the gate."""

    index: int
    total: int
    title: str
    sql: str
    locks: tuple[Lock, ...] = ()


@dataclass(frozen=True, slots=True)
class StepWaiting(Event):
    """The gate stays shut: *blockers* are in the way, and we have waited for *seconds* since the step began."""

    blockers: tuple[inspect.Blocker, ...]
    seconds: float
    attempt: int


@dataclass(frozen=True, slots=True)
class BlockerSignalled(Event):
    """A blocker was cancelled or terminated, as on_blocker asks."""

    blocker: inspect.Blocker
    action: Signal


@dataclass(frozen=True, slots=True)
class StepRetried(Event):
    """Try number *attempt* failed with something that passes; the next one comes after *pause*."""

    attempt: int
    sqlstate: str
    message: str
    lock_timeout: float
    pause: float


@dataclass(frozen=True, slots=True)
class StepDone(Event):
    """A step is done and in the journal.

    *held*: the longest time one transaction held locks of the step that stop reads or writes of a table, or, of a
    batched step, its rows. *waited*: in the gate and between tries. *stall*: blocked session-seconds that others spent
    behind us; *worst_wait*: the longest of their waits.
    """

    index: int
    title: str
    seconds: float
    held: float = 0.0
    waited: float = 0.0
    stall: float = 0.0
    worst_wait: float = 0.0
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class StepSkipped(Event):
    """A step had nothing left to do; usually the journal says that it is done."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class StepFailed(Event):
    """A step failed for good."""

    title: str
    sqlstate: str
    message: str


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """How far a long command or a batched loop is; *total* is 0 where nobody knows.

    Of a batched loop both are rows. *rate*: rows a second of late; *eta*: seconds that it will still take by that rate.
    """

    text: str
    done: int = 0
    total: int = 0
    rate: float = 0.0
    eta: float | None = None


@dataclass(frozen=True, slots=True)
class Throttled(Event):
    """The batches stand still for *reason*, for *seconds* so far; the next Progress says that they go on."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class UndoStarted(Event):
    """A done step is being taken back."""

    title: str
    sql: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UndoDone(Event):
    """A done step was taken back."""

    title: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class UndoFailed(Event):
    """A done step could not be taken back; the journal says so."""

    title: str
    sqlstate: str
    message: str


@dataclass(frozen=True, slots=True)
class RevisionDone(Event):
    """A revision is at its end and Alembic's version row says so."""

    revision: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """Anything else that the reader should know."""

    text: str


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """The end, in every case: how it ended, the sums over all steps, and what to run *next* ("" for nothing)."""

    outcome: ExitCode
    revisions: int
    steps: int
    seconds: float
    longest_lock: float = 0.0
    stall: float = 0.0
    worst_wait: float = 0.0
    next: str = ""


EVENTS: tuple[type[Event], ...] = (
    RunStarted,
    LeaseWaiting,
    OrphanFound,
    RevisionStarted,
    StepStarted,
    StepWaiting,
    BlockerSignalled,
    StepRetried,
    Progress,
    Throttled,
    StepDone,
    StepSkipped,
    StepFailed,
    UndoStarted,
    UndoDone,
    UndoFailed,
    RevisionDone,
    Notice,
    RunFinished,
)
"""Every event, in the order of a run."""


def name(event: Event | type[Event]) -> str:
    """The event's name in JSON: StepStarted is "step_started"."""
    kind = event if isinstance(event, type) else type(event)
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def as_json(event: Event) -> dict[str, object]:
    """*event* as a JSON object: its name, its time (ISO 8601, UTC), then its fields."""
    moment = datetime.datetime.fromtimestamp(event.at, datetime.UTC).isoformat(timespec="milliseconds")
    fields = {each.name: _plain(getattr(event, each.name)) for each in dataclasses.fields(event) if each.name != "at"}
    return {"event": name(event), "time": moment.replace("+00:00", "Z"), **fields}


def _plain(value: object) -> object:
    """*value* out of what JSON has. Lock modes and exit codes become words, what is infinite (unknown) becomes null."""
    if isinstance(value, LockMode):
        return value.sql
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, Relation):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(each) for each in value]
    return str(value)
