"""One run at a time, and only on a server where that can be known.

A session advisory lock on the watching session, tried and polled: a session that waited for it inside the server would
hold back concurrent index builds (measured: 40P01 after 1 s). The run's journal row is the fence: whoever gets the lock
marks earlier runs as lost, after which they can journal nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.rows import dict_row

from safemigrate import errors, sql
from safemigrate.executor import events
from safemigrate.executor.session import PREFIX, Session

POLL = 0.25
"""Seconds between two tries for the lock."""


def rows(connection: psycopg.Connection[Any], name: str, **values: object) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql.queries("lease")[name], values).fetchall()


def check_server(watch: Session) -> dict[str, Any]:
    """What the server says of itself. Raises BadInput for a standby."""
    server = rows(watch.connection, "server")[0]
    if server["standby"]:
        raise errors.BadInput(
            f'the server of database "{server["database"]}" is a standby: it is read-only',
            state="nothing was changed",
            next="connect to the primary (libpq: target_session_attrs=read-write)",
        )
    return server


def try_acquire(watch: Session, scope: str) -> bool:
    return bool(rows(watch.connection, "try_lease", scope=scope)[0]["ours"])


def acquire(
    watch: Session, scope: str, *, patience: float, now: Callable[[], float], pause: Callable[[float], None],
    emit: events.Listener,
) -> bool:  # fmt: skip
    """Get the lock within *patience* seconds. True when we had to wait, so that what was read before may be stale.

    Raises AnotherRunActive, naming the holder.
    """
    started = now()
    said = -10.0
    while not try_acquire(watch, scope):
        waited = now() - started
        holder = next(iter(rows(watch.connection, "lease_holder", scope=scope)), None)
        if waited >= patience:
            raise another_run(holder, waited)
        if holder and waited - said >= 10:
            said = waited
            emit(events.LeaseWaiting(**holder, seconds=waited))
        pause(min(POLL, patience - waited))
    return now() - started > POLL / 2


def another_run(holder: dict[str, Any] | None, waited: float) -> errors.AnotherRunActive:
    error = errors.AnotherRunActive(
        f"another run is active on this database; waited {waited:.0f} s for it",
        state="nothing was changed by this run",
        next="wait for it to end, then run again; safemigrate status shows what it does",
    )
    if holder:
        who = f"pid {holder['pid']}, {holder['user']}@{holder['application']}, {holder['client']}"
        error.details.append(("held by", f"{who}, for {holder['age']:.0f} s"))
    return error


def end_orphans(watch: Session, runs: set[str], emit: events.Listener, own: str) -> None:
    """End the sessions of earlier runs of this scope. We hold the lock, so whoever ran them is gone."""
    names = [PREFIX + run for run in runs - {own}]
    for orphan in rows(watch.connection, "orphans", names=names):
        try:
            rows(watch.connection, "end_orphan", pid=orphan["pid"], application=orphan["application"])
            action = "terminated"
        except psycopg.errors.InsufficientPrivilege:
            action = "left alone: this role may not terminate it"
        emit(events.OrphanFound(**orphan, action=action))
