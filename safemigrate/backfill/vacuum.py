"""VACUUM between batches, so that later ones fill the space of the rows that earlier ones have replaced.

It never stands in anybody's way: it takes the lock that it needs only if it is free, gives no space back to the system
(which would want ACCESS EXCLUSIVE), and uses one process. It is not run in vain: where our role may not, or while
somebody's old snapshot keeps the dead rows from being removed, the reader is told, and the step goes on without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql as syntax
from psycopg.rows import class_row

from safemigrate import sql
from safemigrate.locks import inspect

FEWEST = 50_000
"""Fewer dead rows than this are not worth a scan of the table and its indexes."""


def due(changed_since: int, rows: int, percent: int) -> bool:
    """Whether to VACUUM a table of about *rows* rows, *changed_since* of which were changed since the last one."""
    return percent > 0 and changed_since >= max(FEWEST, rows * percent / 100)


@dataclass(frozen=True, slots=True)
class Table:
    """*allowed*: our role may vacuum it."""

    schema: str
    name: str
    allowed: bool

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose snapshot or transaction is the oldest: begun *transactions* ago, and so many *seconds*, where known."""

    who: str
    transactions: int
    seconds: float | None

    def __str__(self) -> str:
        return self.who if self.seconds is None else f"{self.who} for {inspect.duration(self.seconds)}"


class Vacuum:
    """The VACUUMs of one batched step on table *oid*. For one thread at a time.

    Every connection given is an autocommit one of ours, whose lock_timeout holds for the locks of indexes. When it is
    lost, psycopg.OperationalError is raised; the VACUUM is then left out, until the next is due.
    """

    def __init__(self, oid: int, percent: int) -> None:
        self._oid = oid
        self._percent = percent
        self._changed = 0
        self._since = 0
        self._told = ""

    def begin(self, connection: psycopg.Connection[Any]) -> None:
        """Before the first batch: what is older than this keeps all of its dead rows."""
        self._since = _next_transaction(connection)

    def due(self, changed: int, rows: int) -> bool:
        """Whether it is time, when the step has *changed* so many rows so far of a table of about *rows*."""
        return due(changed - self._changed, rows, self._percent)

    def run(self, connection: psycopg.Connection[Any], changed: int) -> str:
        """VACUUM, after *changed* rows of the step; what the reader should know, "" for nothing.

        Raises QueryCanceled when somebody has cancelled it.
        """
        self._changed = changed
        table = _table(connection, self._oid)
        if table is None:
            return ""
        if not table.allowed:
            return self._never_again(f"this role may not VACUUM {table}: it wants its owner, or MAINTAIN (17)")
        holder = self._in_the_way(connection)
        if holder is not None:
            return self._told_once(holder, table)
        since = _next_transaction(connection)
        try:
            connection.execute(_statement(table))
        except psycopg.errors.LockNotAvailable:
            return ""
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            return self._never_again(f"VACUUM of {table} failed: {error.diag.message_primary or error}")
        self._since = since
        return ""

    def _in_the_way(self, connection: psycopg.Connection[Any]) -> Holder | None:
        """Who may still see most of what is dead since the last VACUUM.

        The statistics cannot tell what a VACUUM has left: a session counts its dead rows there up to a second later.
        """
        with connection.cursor(row_factory=class_row(Holder)) as cursor:
            holder = cursor.execute(sql.queries("vacuum")["holder"]).fetchone()
        period = _next_transaction(connection) - self._since
        return holder if holder is not None and holder.transactions >= period / 2 else None

    def _told_once(self, holder: Holder, table: Table) -> str:
        told, self._told = self._told, holder.who.partition(",")[0]  # its state may change with each look
        if told == self._told:
            return ""
        return f"no VACUUM while {holder} may still see the dead rows of {table}, which grows until that ends"

    def _never_again(self, why: str) -> str:
        self._percent = 0
        return f"{why}; the step goes on without"


def _statement(table: Table) -> syntax.Composed:
    name = syntax.Identifier(table.schema, table.name)
    return syntax.SQL("VACUUM (SKIP_LOCKED, TRUNCATE false, PARALLEL 0) {}").format(name)


def _table(connection: psycopg.Connection[Any], oid: int) -> Table | None:
    with connection.cursor(row_factory=class_row(Table)) as cursor:
        return cursor.execute(sql.queries("vacuum")["table"], {"oid": oid}).fetchone()


def _next_transaction(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(sql.queries("vacuum")["next_transaction"]).fetchone()
    assert row is not None
    return int(row[0])
