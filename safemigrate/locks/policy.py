"""What may be done about a blocker, besides waiting. The decision is pure; :func:`signal` is all that acts.

Only a session that holds (not one that queues for) a lock that really conflicts, in a transaction older than a bound,
for longer than a grace period. Never autovacuum against wraparound, replication, prepared transactions or a superuser's
session, unless named; ordinary autovacuum is the gate's own matter.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql as syntax
from psycopg.rows import class_row

from safemigrate import config, sql
from safemigrate.locks.inspect import Blocker, duration


@dataclass(frozen=True, slots=True)
class Leave:
    """Go on waiting; *reason* says why nothing is done about this one."""

    reason: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel its query; its transaction fails and frees its locks."""


@dataclass(frozen=True, slots=True)
class Terminate:
    """End its session, or roll a prepared transaction back."""


@dataclass(frozen=True, slots=True)
class Fail:
    """Give up now rather than wait."""

    reason: str


def act(
    blocker: Blocker,
    *,
    on_blocker: config.OnBlocker,
    grace: float,
    seen_for: float,
    named: Collection[str] = (),
    never: Collection[str] = (),
    older_than: float = 1.0,
) -> Leave | Cancel | Terminate | Fail:
    """What to do about *blocker*, in our way for *seen_for* seconds by our clock.

    *named*: the users, applications, prepared transactions or pids that are not protected; *never*: those that always
    are. An age that the server hides is counted from when we first saw it.
    """
    if on_blocker == "wait":
        return Leave("waiting is what --on-blocker says")
    if not blocker.granted:
        return Leave("it only queues for the lock")
    age = seen_for if math.isinf(blocker.age) else blocker.age
    if age < older_than or seen_for < grace:
        return Leave(f"in its transaction for {duration(age)}, in our way for {duration(seen_for)}")
    if on_blocker == "fail":
        return Fail(f"in our way for {duration(seen_for)}")
    protection = protected(blocker, named, never)
    if protection:
        return Leave(protection)
    if on_blocker == "terminate":
        return Terminate()
    if blocker.pid is None:
        return Leave("a prepared transaction has no query to cancel")
    if blocker.state.startswith("idle"):
        return Leave("it is idle in its transaction, which a cancel does not end; terminate does")
    return Cancel()


def protected(blocker: Blocker, named: Collection[str], never: Collection[str]) -> str:
    """Why *blocker* is not to be touched; empty when it may be."""
    # A prepared transaction belongs to whoever coordinates it: only its own name will do, not its owner's.
    names = {blocker.gid} if blocker.pid is None else {str(blocker.pid), blocker.user, blocker.application}
    if names & set(never) - {""}:
        return "it is named as one never to be touched"
    if blocker.autovacuum:
        return "autovacuum gives way by itself"
    if names & set(named) - {""}:
        return ""
    if blocker.pid is None:
        return "a prepared transaction is its coordinator's to end"
    if blocker.wraparound:
        return "autovacuum to prevent wraparound must finish"
    if blocker.replication:
        return "it serves replication"
    return "it is a superuser's session" if blocker.superuser else ""


def signal(connection: psycopg.Connection[Any], blocker: Blocker, action: Cancel | Terminate) -> bool:
    """Carry *action* out; False when *blocker* was not there any more.

    The pid alone may by now belong to another session, and the session to another transaction: the server is asked to
    signal only the same backend that still holds the same lock in the same transaction. Raises InsufficientPrivilege.
    """
    if blocker.pid is None:
        return isinstance(action, Terminate) and _roll_back_prepared(connection, blocker.gid or "")
    name = "cancel" if isinstance(action, Cancel) else "terminate"
    parameters = {
        "pid": blocker.pid,
        "backend_start": blocker.backend_start,
        "transaction": blocker.transaction,
        "oid": blocker.oid,
        "mode": blocker.mode.pg_locks,
    }
    row = connection.execute(sql.queries("locks")[name], parameters).fetchone()
    return row is not None and bool(row[0])


def _roll_back_prepared(connection: psycopg.Connection[Any], gid: str) -> bool:
    try:
        connection.execute(syntax.SQL("ROLLBACK PREPARED {}").format(syntax.Literal(gid)))
    except psycopg.errors.UndefinedObject:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Rights:
    """What our role may see and do about others' sessions. *deadlock_timeout* is the server's, in seconds."""

    sees_all: bool
    signals: bool
    cancels_autovacuum: bool
    deadlock_timeout: float


def rights(connection: psycopg.Connection[Any]) -> Rights:
    """Asked once, at the start of a run."""
    with connection.cursor(row_factory=class_row(Rights)) as cursor:
        row = cursor.execute(sql.queries("locks")["rights"]).fetchone()
    assert row is not None
    return row
