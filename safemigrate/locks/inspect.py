"""What the server knows of locks, read into plain data: who is in our way, who waits for us, what a build waits for.

Every query is one round trip, bounded, and reads only what any role may read; see ``safemigrate/sql/locks.sql``.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row

from safemigrate import sql
from safemigrate.facts import LockMode

LONGEST_QUERY = 200
"""Characters of another session's query that are worth showing."""

MODES = {mode.pg_locks: mode for mode in LockMode}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One transaction and one lock of it, held (*granted*) or queued for, that conflicts with what we want.

    *age* is how long its transaction (for a prepared one: its prepared state) has lasted by the server's clock, and
    infinite where the server does not show it to our role: what we do not know, we take for old. *waiting*: it waits
    for a lock itself. *transaction* tells it from a later transaction of the same session.
    """

    pid: int | None
    gid: str | None
    user: str
    application: str
    client: str
    backend_type: str
    state: str
    mode: LockMode
    relation: str
    granted: bool
    age: float
    waiting: bool
    query: str
    wraparound: bool = False
    superuser: bool = False
    replication: bool = False
    oid: int = 0
    transaction: str = ""
    backend_start: datetime | None = None

    @property
    def autovacuum(self) -> bool:
        """An ordinary autovacuum worker, which gives way; one against wraparound does not."""
        return self.backend_type == "autovacuum worker" and not self.wraparound

    @property
    def identity(self) -> tuple[object, ...]:
        """What stays the same while it is in our way. SHARE UPDATE EXCLUSIVE outlives a transaction."""
        if self.mode is LockMode.SHARE_UPDATE_EXCLUSIVE:
            return (self.pid, self.gid, self.oid)
        return (self.pid, self.gid, self.transaction)

    def __str__(self) -> str:
        return describe(self)


def describe(blocker: Blocker) -> str:
    """One line for people: "pid 4242, bi@reports, idle in transaction for 38 min: SELECT … FROM orders"."""
    who = f"prepared transaction {blocker.gid!r}" if blocker.pid is None else f"pid {blocker.pid}"
    session = "@".join(part for part in (blocker.user, blocker.application) if part)
    if blocker.backend_type not in ("client backend", "prepared transaction", ""):
        session = "autovacuum to prevent wraparound" if blocker.wraparound else blocker.backend_type
    doing = "prepared" if blocker.pid is None else blocker.state or "in transaction"
    if not blocker.granted:
        doing = "queued for the lock"
    text = ", ".join(part for part in (who, session, f"{doing} for {duration(blocker.age)}") if part)
    return f"{text}: {blocker.query}" if blocker.query else text


def duration(seconds: float) -> str:
    """*seconds* in the largest unit that leaves a number worth reading."""
    if math.isinf(seconds):
        return "an unknown time"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for limit, size, unit in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} d"


def shorten(query: str, longest: int = LONGEST_QUERY) -> str:
    """*query* on one line, cut with an ellipsis."""
    line = " ".join(query.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def blockers(
    connection: psycopg.Connection[Any],
    wanted: Sequence[tuple[int, LockMode]],
    *,
    ignore: Collection[int] = (),
    redact: bool = False,
) -> list[Blocker]:
    """Who holds or queues for what conflicts with the *wanted* (relation oid, mode) locks, oldest first.

    *ignore*: pids of our own sessions. *redact* keeps the text of other sessions' queries on the server.
    """
    pairs = sorted({(oid, mode) for oid, strongest in wanted for mode in strongest.conflicts})
    parameters = {
        "relations": [oid for oid, _ in pairs],
        "modes": [mode.pg_locks for _, mode in pairs],
        "ignore": list(ignore),
        "redact": redact,
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(sql.queries("locks")["blockers"], parameters, prepare=True).fetchall()
    return _strongest(_blocker(row) for row in rows)


def _blocker(row: dict[str, Any]) -> Blocker:
    return Blocker(**{**row, "mode": MODES[row["mode"]], "age": _age(row["age"]), "query": shorten(row["query"])})


def _strongest(found: Iterable[Blocker]) -> list[Blocker]:
    """One per transaction, relation and held or queued: a session that reads and writes shows what it writes with."""
    best: dict[tuple[object, ...], Blocker] = {}
    for blocker in sorted(found, key=lambda blocker: blocker.mode):
        best[blocker.pid, blocker.gid, blocker.oid, blocker.granted] = blocker
    return sorted(best.values(), key=lambda blocker: -blocker.age)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A session that waits for us, or behind somebody who does, since *seconds* by the server's clock."""

    pid: int
    application: str
    seconds: float
    query: str


def waiters(
    connection: psycopg.Connection[Any], pids: Collection[int], *, most: int = 500, redact: bool = False
) -> list[Waiter]:
    """Who waits for the sessions *pids*, the longest first; of more than *most* waiting in all, the longest waiting."""
    parameters = {"pids": list(pids), "most": most, "redact": redact}
    with connection.cursor(row_factory=class_row(Waiter)) as cursor:
        found = cursor.execute(sql.queries("locks")["waiters"], parameters, prepare=True).fetchall()
    return [dataclasses.replace(waiter, query=shorten(waiter.query)) for waiter in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How far a concurrent index build is, as pg_stat_progress_create_index tells."""

    pid: int
    command: str
    phase: str
    relation: str
    index: str
    lockers_total: int
    lockers_done: int
    blocks_total: int
    blocks_done: int
    tuples_total: int
    tuples_done: int

    @property
    def waits(self) -> bool:
        return self.phase.startswith("waiting")

    @property
    def done(self) -> float | None:
        """The fraction of the current phase, None where the phase has no measure."""
        for done, total in ((self.blocks_done, self.blocks_total), (self.tuples_done, self.tuples_total)):
            if total and not self.waits:
                return min(1.0, done / total)
        return self.lockers_done / self.lockers_total if self.waits and self.lockers_total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A transaction that a concurrent build waits for (*current*) or will wait for before it can end."""

    pid: int | None
    gid: str | None
    user: str
    application: str
    state: str
    age: float
    query: str
    current: bool


def build(connection: psycopg.Connection[Any], pid: int) -> Build | None:
    """The progress of the index build that session *pid* runs; None when it runs none (yet)."""
    with connection.cursor(row_factory=class_row(Build)) as cursor:
        return cursor.execute(sql.queries("locks")["build"], {"pid": pid}).fetchone()


def snapshots(connection: psycopg.Connection[Any], pid: int, *, redact: bool = False) -> list[Snapshot]:
    """What the command of session *pid* waits for, those that block it now first, then by age; at most 20."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(sql.queries("locks")["snapshots"], {"pid": pid, "redact": redact}).fetchall()
    return [Snapshot(**{**row, "age": _age(row["age"]), "query": shorten(row["query"])}) for row in rows]


def _age(seconds: float | None) -> float:
    return math.inf if seconds is None else max(0.0, seconds)
