"""The rows of ``safemigrate locks``: everybody who waits for a lock here, and everybody who makes them wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from safemigrate import sql
from safemigrate.facts import LockMode
from safemigrate.locks import inspect, tree

ROW_LOCKS = frozenset({"tuple", "transactionid", "spectoken"})


def rows(connection: psycopg.Connection[Any], relations: Sequence[int] = (), *, redact: bool = False) -> list[tree.Row]:
    """One per session or prepared transaction that waits, makes others wait, or has a lock on one of *relations*."""
    conflicts = [(held.pg_locks, wanted.pg_locks) for wanted in LockMode for held in wanted.conflicts]
    parameters = {
        "relations": list(relations),
        "held": [held for held, _ in conflicts],
        "wanted": [wanted for _, wanted in conflicts],
        "redact": redact,
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(sql.queries("locks")["report"], parameters).fetchall()
    return [_row(row) for row in found]


def row_locks(connection: psycopg.Connection[Any], *, redact: bool = False) -> list[tree.Row]:
    """Those that wait for a row, or for the fate of another transaction's row; *blocked_by* says who holds it."""
    return [row for row in rows(connection, redact=redact) if row.row]


def oid(connection: psycopg.Connection[Any], name: str) -> int | None:
    """The relation that *name* (quoted as in SQL, qualified or by search_path) means; None when there is none."""
    row = connection.execute(sql.queries("locks")["relation"], {"name": name}).fetchone()
    return None if row is None else row[0]


def _row(row: dict[str, Any]) -> tree.Row:
    waits = row["locktype"] is not None
    return tree.Row(
        pid=row["pid"],
        gid=row["gid"],
        blocked_by=(*row["blocked_by"], *row["blocked_by_prepared"]),
        waits_for=tree.lock(row["locktype"], row["mode"], row["relation"], row["page"], row["tuple"]) if waits else "",
        row=row["locktype"] in ROW_LOCKS,
        waited=max(0.0, row["waited"] or 0.0),
        age=row["age"] if row["age"] is None else max(0.0, row["age"]),
        user=row["user"],
        application=row["application"],
        state=row["state"] if row["backend_type"] in ("client backend", "prepared transaction", "") else _process(row),
        query=inspect.shorten(row["query"]),
        holds=tuple(sorted(_held(text) for text in row["holds"])),
        mentioned=row["mentioned"],
    )


def _process(row: dict[str, Any]) -> str:
    return f"{row['backend_type']}, {row['state']}" if row["state"] else str(row["backend_type"])


def _held(text: str) -> str:
    mode, relation = text.split(" ", 1)
    return f"{inspect.MODES[mode].sql} on {relation}" if mode in inspect.MODES else f"{mode} on {relation}"
