"""Events that come with every look at the locks are passed on when they say something new, or now and then."""

from __future__ import annotations

import re
from collections.abc import Hashable

from safemigrate.executor import events


class Throttle:
    """Decides which of the recurring events are worth a line: what is new at once, the same again after *interval* s.

    What comes and goes, such as batches that run and stand still in turn, is not new each time.
    """

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._last: dict[Hashable, float] = {}

    def passes(self, event: events.Event) -> bool:
        about = _about(event)
        if about is None:
            self._last.clear()
            return True
        if about in self._last and abs(event.at - self._last[about]) < self._interval:
            return False
        self._last[about] = event.at
        return True


def _about(event: events.Event) -> Hashable | None:
    """What a recurring *event* is about; None for one that is always worth its line."""
    match event:
        case events.StepWaiting(blockers=blockers):
            return ("waiting", frozenset(blocker.identity for blocker in blockers))
        case events.LeaseWaiting(pid=pid):
            return ("lease", pid)
        case events.Throttled():
            # Reasons have figures in them: that they change with each look is no news.
            return ("throttled", re.sub(r"\d+", "", event.reason))
        case events.Progress(text=text, done=done, total=total):
            return ("progress", text, done >= total > 0)
    return None
