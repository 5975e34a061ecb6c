"""``safemigrate locks [RELATION …] [--watch] [--json]``: who waits for whom, and for what.

Without relations: every session that waits for a lock in this database, under those that make it wait. With relations:
also who holds locks on them while nobody waits, which is what a migration would meet. Only reads.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TextIO

import psycopg

from safemigrate import errors
from safemigrate.locks import report, tree

CLEAR = "\x1b[H\x1b[2J"
"""Cursor home, erase the screen; sent to terminals only."""


def run(
    connection: psycopg.Connection[Any],
    relations: Sequence[str],
    *,
    watch: bool,
    as_json: bool,
    interval: float,
    out: TextIO,
    redact: bool = False,
) -> int:
    """Print the forest to *out*, once or every *interval* seconds until Ctrl-C. JSON is one object per line."""
    oids = [_oid(connection, name) for name in relations]
    try:
        _show(connection, oids, relations, watch=watch, as_json=as_json, out=out, redact=redact)
        while watch:
            time.sleep(interval)
            _show(connection, oids, relations, watch=watch, as_json=as_json, out=out, redact=redact)
    except KeyboardInterrupt:
        # Ctrl-C is how one leaves a watch, not an accident.
        if not watch:
            raise
        # The query may still be under way, and a session that is asked to commit meanwhile refuses.
        connection.close()
    return errors.ExitCode.OK


def _show(
    connection: psycopg.Connection[Any],
    oids: Sequence[int],
    relations: Sequence[str],
    *,
    watch: bool,
    as_json: bool,
    out: TextIO,
    redact: bool,
) -> None:
    trees = tree.forest(report.rows(connection, oids, redact=redact))
    if oids:
        trees = tree.about(trees)
    out.write(_json(trees) if as_json else _text(trees, relations, watch=watch, terminal=out.isatty()))
    out.flush()


def _json(trees: Sequence[tree.Node]) -> str:
    now = datetime.now().astimezone().isoformat(timespec="milliseconds")
    return json.dumps({"at": now, "trees": tree.as_json(trees)}, ensure_ascii=False) + "\n"


def _text(trees: Sequence[tree.Node], relations: Sequence[str], *, watch: bool, terminal: bool) -> str:
    on = f" on {', '.join(relations)}" if relations else ""
    nothing = f"nobody holds or waits for a lock{on}" if relations else "nobody waits for a lock"
    text = (tree.render(trees) or nothing) + "\n"
    if not watch:
        return text
    heading = f"{datetime.now():%H:%M:%S}  locks{on}\n"
    return (CLEAR if terminal else "") + heading + text


def _oid(connection: psycopg.Connection[Any], name: str) -> int:
    try:
        oid = report.oid(connection, name)
    except psycopg.Error as error:
        raise errors.BadInput(
            f'not the name of a relation: "{name}"',
            state="nothing was changed",
            next='write it as in SQL: orders, billing.orders, "Orders"',
            details=[("server", str(error).splitlines()[0])],
        ) from error
    if oid is None:
        raise errors.BadInput(
            f'no relation "{name}" in database "{connection.info.dbname}"',
            state="nothing was changed",
            next="qualify it with its schema, or quote it as in SQL if its name has capitals",
        )
    return oid
