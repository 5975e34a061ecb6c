"""Look before locking. Pure: blockers, times and draws in, a decision out.

A request for a strong lock that queues makes everybody who comes later queue behind it, until it gets the lock or gives
up. So we do not queue while anything old is in the way, and when only young transactions are, we queue for no longer
than the application can bear. Without a try that has no timeout: in the end there is a :class:`GiveUp`.

The rule of the game::

    after_look ──► Look         something old is in the way, or young and not yet known to pass: look again
               ──► Autovacuum   only ordinary autovacuum is: cancel it, then look again
               ──► Go           BEGIN, SET LOCAL lock_timeout, LOCK TABLE; on 55P03 ask after_lock_timeout
               ──► GiveUp       the patience is used up
    after_lock_timeout ──► Wait, then look again; or GiveUp
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from safemigrate.locks.inspect import Blocker, duration

BEYOND_DEADLOCK_TIMEOUT = 0.2
"""PostgreSQL cancels an autovacuum that blocks somebody once deadlock_timeout has passed; this is for it to go."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """All times in seconds. *patience* bounds the whole of one step's waiting, looks and tries together.

    *first*, *growth* and *longest* shape lock_timeout over the tries; *look* and *longest_look* the gate's polling;
    *pause* and *longest_pause* what lies between a failed try and the next look; *autovacuum* is how long an ordinary
    autovacuum that we may not cancel is let be before the one try that makes the server cancel it; *watch* how long
    young transactions are watched before they are queued behind.
    """

    gate_age: float = 0.1
    patience: float = 600.0
    first: float = 0.1
    growth: float = 1.5
    longest: float = 1.0
    look: float = 0.02
    longest_look: float = 0.05
    pause: float = 0.05
    longest_pause: float = 0.5
    autovacuum: float = 30.0
    watch: float = 0.15

    def lock_timeout(self, attempt: int) -> float:
        """The lock_timeout after *attempt* failed tries. A first one above *longest* stays what it is."""
        return max(self.first, min(self.longest, self.first * self.growth ** min(attempt, 100)))

    def look_again(self, looks: int) -> float:
        """The pause after the *looks*-th look: short for the blocker that is about to end, then easy on the server."""
        return max(self.look, min(self.longest_look, self.look * 1.1 ** min(looks, 100)))


@dataclass(frozen=True, slots=True)
class Autovacuums:
    """What the decision about ordinary autovacuum needs to know.

    *may_cancel*: our role may (superuser, or pg_signal_autovacuum_worker). *tried*: the one long try has been made.
    *deadlock_timeout* is the server's, in seconds.
    """

    may_cancel: bool = False
    tried: bool = False
    deadlock_timeout: float = 1.0


@dataclass(frozen=True, slots=True)
class Go:
    """Try now with this lock_timeout (seconds). *autovacuum*: this was the one long try; do not make another."""

    lock_timeout: float
    autovacuum: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Do not queue; look again in *seconds*. *because* are those that are too old to queue behind, if any are."""

    seconds: float
    because: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Autovacuum:
    """Cancel these ordinary autovacuum workers, then look again in *seconds*; autovacuum will come back by itself."""

    seconds: float
    because: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for *seconds*, then look."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The patience is used up. *because* are those last in the way, empty when they were many and short."""

    reason: str
    because: tuple[Blocker, ...] = ()


def after_look(
    blockers: Sequence[Blocker],
    *,
    schedule: Schedule,
    waited: float,
    attempt: int = 0,
    looks: int = 0,
    met: Collection[tuple[object, ...]] = (),
    watched: float = 0.0,
    autovacuums: Autovacuums = Autovacuums(),
) -> Go | Look | Autovacuum | GiveUp:
    """What to do with these *blockers* in sight, *waited* seconds after the step's first look.

    *attempt* is the number of failed tries, *looks* the number of looks since the last of them, *met* the identities
    of those in the way at the first of these looks, *watched* the seconds since that one. A patience of 0 still allows
    one look and, if the way is free, one try.

    Somebody young may be about to end, or at the beginning of something long: those that we have *met* get the time to
    show which, outside of the queue, where it costs nobody anything. Only then do we queue behind young ones, who by
    then are others: where there is always somebody, no waiting helps.
    """
    old = tuple(blocker for blocker in blockers if blocker.age > schedule.gate_age)
    spent = waited >= schedule.patience
    watching = watched < schedule.watch and any(blocker.identity in met for blocker in blockers)
    if not old and watching and not spent:
        return Look(min(schedule.look_again(looks), schedule.patience - waited), ())
    if not old:
        return GiveUp(_spent(schedule, attempt, waited)) if spent and attempt else Go(schedule.lock_timeout(attempt))
    if spent:
        return GiveUp(_spent(schedule, attempt, waited), old)
    seconds = min(schedule.look_again(looks), schedule.patience - waited)
    if all(blocker.autovacuum for blocker in old):
        return _after_autovacuum(old, autovacuums, schedule, waited, seconds)
    return Look(seconds, old)


def _after_autovacuum(
    old: tuple[Blocker, ...], autovacuums: Autovacuums, schedule: Schedule, waited: float, seconds: float
) -> Go | Look | Autovacuum:
    """A try shorter than deadlock_timeout never makes autovacuum give way, so such tries would only stall."""
    if autovacuums.may_cancel:
        return Autovacuum(seconds, old)
    # Half of the patience at most, so that a short patience has its long try too.
    if autovacuums.tried or waited < min(schedule.autovacuum, schedule.patience / 2):
        return Look(seconds, old)
    return Go(autovacuums.deadlock_timeout + BEYOND_DEADLOCK_TIMEOUT, autovacuum=True)


def after_lock_timeout(schedule: Schedule, attempt: int, elapsed: float, draw: float) -> Wait | GiveUp:
    """What follows the *attempt*-th failed try, *elapsed* seconds after the first look; *draw* in [0, 1) is jitter."""
    if elapsed >= schedule.patience:
        return GiveUp(_spent(schedule, attempt, elapsed))
    pause = schedule.pause + (schedule.longest_pause - schedule.pause) * draw
    return Wait(min(pause, schedule.patience - elapsed))


def _spent(schedule: Schedule, attempt: int, waited: float) -> str:
    tries = "no try was safe" if not attempt else "1 try" if attempt == 1 else f"{attempt} tries"
    return f"{tries} in {duration(waited)}, {duration(schedule.patience)} allowed"


@dataclass(slots=True)
class Sightings:
    """Ages for transactions whose start the server hides from our role: told from when we did not see them yet.

    One that was not there at the last look is no older than that look; one that was there at the first look may be any
    age, and stays old until it is gone. So what is hidden delays us, and is never queued behind by mistake.
    """

    born: dict[tuple[object, ...], float] = field(default_factory=dict)
    looked: float = -math.inf

    def aged(self, blockers: Sequence[Blocker], now: float) -> list[Blocker]:
        """*blockers* with the unknown ages replaced by their upper bound; *now* is our monotonic clock's."""
        here = {blocker.identity for blocker in blockers}
        self.born = {identity: self.born.get(identity, self.looked) for identity in here}
        self.looked = now
        return [
            dataclasses.replace(blocker, age=now - self.born[blocker.identity]) if math.isinf(blocker.age) else blocker
            for blocker in blockers
        ]
