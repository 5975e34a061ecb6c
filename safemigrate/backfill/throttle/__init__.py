"""Whether the next batch may begin, and how long to rest after the last one.

Each throttle is one class that answers with a reason to hold, or "" to go on; the first reason wins. How long a run
holds at most is the caller's business. None of them changes anything, and what one cannot find out is a reason to hold,
never to go on (:class:`.replication_lag.ReplicationLag` bears it for some seconds).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Protocol

import psycopg

from safemigrate.backfill.throttle import active_sessions, unanswered
from safemigrate.backfill.throttle.active_sessions import ActiveSessions
from safemigrate.backfill.throttle.blocked import Blocked
from safemigrate.backfill.throttle.pause_switch import PauseSwitch
from safemigrate.backfill.throttle.replication_lag import ReplicationLag
from safemigrate.backfill.throttle.sql_check import SqlCheck
from safemigrate.backfill.throttle.wal_rate import WalRate
from safemigrate.clock import Clock
from safemigrate.config import Settings
from safemigrate.config.fields import DEFAULT

EVERY = 1.0
"""Seconds between two looks of the same throttle."""

EVERY_OTHERS = 0.1
"""Seconds between two counts of who else is at work."""

LOOKS = 15
"""So many counts make an average: each sees none or several of those that come and go within milliseconds."""

LEAST_WAIT = 0.1
"""A wait for us that is shorter than this is no reason to hold, however short the batches are."""

LONGEST_REST = 1.0
"""The rest after a batch, in times of what the batch took, however many others are at work."""


MOST_HASTE = 4.0
"""A batch among others at work takes at least its target divided by this."""


class Throttle(Protocol):
    """One reason why batches wait."""

    def reason(self, connection: psycopg.Connection[Any], now: float) -> str:
        """Why the next batch has to wait; "" when it need not."""


class Throttles:
    """All throttles that *settings* ask for, on the observing *connection*, which the caller may exchange.

    *pids* gives the backends of our workers. Every call may raise psycopg.OperationalError when the connection is lost;
    the caller gets it back, sets :attr:`connection` and asks again. Not for two threads at once.
    """

    def __init__(
        self,
        settings: Settings,
        connection: psycopg.Connection[Any],
        scope: str,
        pids: Callable[[], Collection[int]],
        clock: Clock,
    ) -> None:
        self.connection = connection
        self._pids = pids
        self._clock = clock
        self._throttles = chosen(settings, scope, pids)
        self._said: list[tuple[float, str]] = [(-EVERY, "")] * len(self._throttles)
        self._counted = -EVERY_OTHERS
        self._looks = 0
        self._others = 0.0

    def reason(self) -> str:
        """Why the next batch has to wait, "" when it need not. Each throttle is asked at most once a second."""
        for index, throttle in enumerate(self._throttles):
            now = self._clock.now()
            if now - self._said[index][0] >= EVERY:
                self._said[index] = now, self._ask(throttle, now)
            if self._said[index][1]:
                return self._said[index][1]
        return ""

    def _ask(self, throttle: Throttle, now: float) -> str:
        try:
            return throttle.reason(self.connection, now)
        except psycopg.Error as error:
            return f"cannot look whether to wait: {unanswered.why(self.connection, error)}"

    @property
    def unseen(self) -> str:
        """What should be looked at and cannot be, though batches go on; "" for nothing."""
        return next((each.unseen for each in self._throttles if isinstance(each, ReplicationLag)), "")

    def others(self) -> float:
        """How many other sessions are at work, on average of the last looks. Looks at most every EVERY_OTHERS s."""
        now = self._clock.now()
        if now - self._counted >= EVERY_OTHERS:
            seen, self._counted = active_sessions.others(self.connection, self._pids()), now
            self._looks = min(LOOKS, self._looks + 1)
            self._others += (seen - self._others) / self._looks
        return self._others


def chosen(settings: Settings, scope: str, pids: Callable[[], Collection[int]]) -> tuple[Throttle, ...]:
    """The throttles that *settings* ask for, in the order in which they are asked."""
    throttles: list[Throttle] = [PauseSwitch(scope), Blocked(pids, max(LEAST_WAIT, settings.batch_target))]
    if settings.max_replication_lag:
        asked = settings.source("max_replication_lag") != DEFAULT
        throttles.append(ReplicationLag(settings.max_replication_lag, asked=asked))
    if settings.max_wal_rate:
        throttles.append(WalRate(settings.max_wal_rate))
    if settings.max_active_sessions:
        throttles.append(ActiveSessions(pids, settings.max_active_sessions))
    if settings.throttle_check:
        throttles.append(SqlCheck(settings.throttle_check))
    return tuple(throttles)


def nice(batch_seconds: float, others_active: float, pause_percent: int) -> float:
    """Seconds to rest after a batch that took *batch_seconds*, while *others_active* sessions are at work on average.

    Alone on the server there is nobody to be nice to: no rest, but for *pause_percent* of the batch. A backend of ours
    takes one core while it works, and the disk at its commit: queries that come in a batch are slower, those that come
    in a rest are not. The 99th percentile of short queries suffers long before they keep a session busy on average, so
    half of one is enough for a rest as long as the batch. No load makes it longer: a server is hardly less busy for it,
    and the batches would never end.
    """
    ratio = min(LONGEST_REST, 2.0 * max(0.0, others_active))
    return batch_seconds * max(ratio, pause_percent / 100)


def brief(target: float, others_active: float) -> float:
    """How long a batch should take, of *target* seconds, while *others_active* sessions are at work on average.

    Somebody who wants a row of the batch waits for up to so long, and the more of them there are, the more do. A
    quarter costs hardly any speed (a batch has a fixed cost of a few milliseconds), and fewer rows are locked, for less
    long: those waits fall out of the application's 99th percentile.
    """
    return target / min(MOST_HASTE, 1.0 + 2 * MOST_HASTE * max(0.0, others_active))
