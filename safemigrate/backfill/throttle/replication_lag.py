"""Batches wait while a standby is too far behind, and when nobody can tell any more how far it is."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row

from safemigrate import sql
from safemigrate.backfill.throttle import unanswered

GRACE = 5.0
"""Seconds for which a standby may be away (it restarts) or a look at it may fail before the batches wait."""


@dataclass(frozen=True, slots=True)
class Standby:
    """A row of pg_stat_replication. Of *flushed* bytes of WAL it has *replayed* so many; *hidden*: from our role."""

    name: str
    identity: str
    hidden: bool
    flushed: int
    replayed: int | None
    lag: float


class ReplicationLag:
    """Holds while a physical standby is more than *longest* seconds behind; without standbys it never does.

    A standby's lag is what the server reports or the time since the WAL that it has not replayed was written, whichever
    is more: a standby that replays nothing reports nothing. It fails closed: for a standby that was there and is gone,
    whose figures our role may not see any more, or that cannot be asked for, the batches wait once GRACE is over.

    A standby whose figures our role could never see holds only where the bound was *asked* for; by default it is told
    (*unseen*) and let pass, or no ordinary role could run batches on a server that has a standby.
    """

    def __init__(self, longest: float, *, asked: bool = True) -> None:
        self._longest = longest
        self._asked = asked
        self._shown: set[str] = set()
        self.unseen = ""
        self._written: deque[tuple[float, int]] = deque()
        self._seen: dict[str, tuple[str, float]] = {}
        self._answered: float | None = None

    def reason(self, connection: psycopg.Connection[Any], now: float) -> str:
        if self._answered is None:
            self._answered = now
        try:
            standbys = _standbys(connection)
        except psycopg.Error as error:
            failed = unanswered.why(connection, error)
            return f"replication lag is unknown: {failed}" if now - self._answered > GRACE else ""
        self._answered = now
        self._note(now, max((each.flushed for each in standbys), default=0))
        return self._late(standbys, now) or self._stale(standbys, now)

    def _note(self, now: float, position: int) -> None:
        self._written.append((now, position))
        # Of what is older than the bound one is enough: it is too old, whatever its exact age.
        while len(self._written) > 2 and self._written[1][0] < now - self._longest:
            self._written.popleft()

    def _late(self, standbys: list[Standby], now: float) -> str:
        late = [(self._behind(each, now), each.name) for each in standbys if not each.hidden]
        seconds, name = max(late, default=(0.0, ""))
        return f'standby "{name}" is {seconds:.0f} s behind' if seconds > self._longest else ""

    def _behind(self, standby: Standby, now: float) -> float:
        replayed = standby.replayed or 0
        waiting = next((when for when, position in self._written if position > replayed), now)
        return max(standby.lag, now - waiting)

    def _stale(self, standbys: list[Standby], now: float) -> str:
        """Of every standby ever seen, when its figures were last to be had."""
        self._shown |= {each.identity for each in standbys if not each.hidden}
        for each in standbys:
            if not each.hidden or each.identity not in self._seen:
                self._seen[each.identity] = each.name, now
        hidden = {each.identity for each in standbys if each.hidden}
        for identity, (name, last) in self._seen.items():
            if now - last > GRACE:
                if identity in hidden:
                    why = f'the lag of standby "{name}" is hidden from this role: it wants pg_read_all_stats'
                    if self._asked or identity in self._shown:
                        return why
                    self.unseen = why
                    continue
                return f'standby "{name}" has been gone for {now - last:.0f} s'
        return ""


def _standbys(connection: psycopg.Connection[Any]) -> list[Standby]:
    with connection.cursor(row_factory=class_row(Standby)) as cursor:
        return cursor.execute(sql.queries("throttle")["standbys"], prepare=True).fetchall()
