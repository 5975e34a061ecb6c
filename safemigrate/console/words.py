"""How an event is worded: one line of text, the same in the log, above the live view and in the summary."""

from __future__ import annotations

import dataclasses
import math
from functools import singledispatch

from safemigrate.errors import ExitCode
from safemigrate.executor import events
from safemigrate.locks import inspect

LONGEST_LINE = 400
"""Nothing that a server or a revision says makes a line longer than this."""

OUTCOMES: dict[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "failed",
    ExitCode.BAD_INPUT: "not started",
    ExitCode.NOTHING_TO_DO: "nothing to do",
    ExitCode.COULD_NOT_LOCK: "could not lock",
    ExitCode.ROLLED_BACK: "failed and rolled back",
    ExitCode.PAUSED: "failed and paused",
    ExitCode.ANOTHER_RUN: "another run is active",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.TERMINATED: "terminated",
}


def clean(text: str, longest: int = LONGEST_LINE) -> str:
    """*text* on one line without anything that a terminal would obey, cut with an ellipsis."""
    printable = "".join(each if each.isprintable() else " " for each in text[: 4 * longest])
    line = " ".join(printable.split())
    return line if len(line) <= longest and len(text) <= 4 * longest else line[: longest - 1] + "…"


def duration(seconds: float) -> str:
    """*seconds* with the digits that matter: "3 ms", "4.1 s", "41 s", "12 min 5 s", "3 h 20 min"."""
    if not math.isfinite(seconds):
        return "an unknown time"
    if seconds < 0.9995:
        return f"{max(0.0, seconds) * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def stalled(seconds: float) -> str:
    """A stall to the hundredth of a second: that it is 0.00 s is the point."""
    return f"{seconds:.2f} s" if seconds < 60 else duration(seconds)


def count(number: int, noun: str) -> str:
    """ "1 step", "2 steps"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def remaining(seconds: float) -> str:
    """An estimate: no digits that it cannot have."""
    return f"{max(0, math.ceil(seconds))} s" if seconds < 120 else duration(seconds)


def rounded(rate: float) -> int:
    """*rate* to two digits: more of them would only flicker."""
    whole = max(0, round(rate))
    return round(whole, 2 - len(str(whole))) if whole >= 100 else whole


def blocker(blocker: inspect.Blocker) -> str:
    """Who is in our way, since when, and with what."""
    who = inspect.describe(dataclasses.replace(blocker, query=""))
    what = f"holds {blocker.mode.sql}" if blocker.granted else f"wants {blocker.mode.sql}"
    query = f": {blocker.query}" if blocker.query else ""
    return clean(f"{who}, {what} on {blocker.relation}{query}")


def figures(*, longest_lock: float, stall: float, worst_wait: float) -> str:
    """What it cost the application."""
    text = f"longest lock held {duration(longest_lock)}, application stalled {stalled(stall)}"
    return f"{text} (worst wait {duration(worst_wait)})" if stall > 0 else text


def summary(event: events.RunFinished) -> str:
    """The last line: "done: 12 steps, 41 s, longest lock held 3 ms, application stalled 0.00 s"."""
    outcome = OUTCOMES[event.outcome]
    if event.outcome is ExitCode.NOTHING_TO_DO:
        return outcome
    what = f"{count(event.revisions, 'revision')}, {count(event.steps, 'step')}, {duration(event.seconds)}"
    cost = figures(longest_lock=event.longest_lock, stall=event.stall, worst_wait=event.worst_wait)
    return f"{outcome}: {what}, {cost}"


@singledispatch
def line(event: events.Event) -> str:
    """*event* in one line."""
    return clean(repr(event))


@line.register
def _(event: events.RunStarted) -> str:
    what = f"{event.direction} of {count(len(event.revisions), 'revision')}"
    return clean(f"run {event.run}: {what} on {event.database} (PostgreSQL {event.server_version})")


@line.register
def _(event: events.LeaseWaiting) -> str:
    who = f"pid {event.pid}, {event.user}@{event.application}" + (f" from {event.client}" if event.client else "")
    return clean(f"another run is active for {duration(event.age)}: {who}; waiting for {duration(event.seconds)}")


@line.register
def _(event: events.OrphanFound) -> str:
    query = f": {inspect.shorten(event.query)}" if event.query else ""
    return clean(f"left over from an earlier run: pid {event.pid}, {event.application}; {event.action}{query}")


@line.register
def _(event: events.RevisionStarted) -> str:
    message = f" {event.message}" if event.message else ""
    # That a revision runs in steps is the rule; that it does not wants a reason.
    why = f": {event.why}" if event.why else ""
    whole = f", mode {event.mode}{why}" if event.mode != "steps" else ""
    mode = count(event.steps, "step") + whole
    return clean(f"revision {event.index} of {event.total}: {event.revision}{message} ({mode})")


@line.register
def _(event: events.StepStarted) -> str:
    taken = ", ".join(f"{lock.mode.sql} on {lock.relation}" for lock in event.locks)
    return clean(f"step {event.index} of {event.total}: {event.title}" + (f" ({taken})" if taken else ""))


@line.register
def _(event: events.StepWaiting) -> str:
    who = blocker(event.blockers[0]) if event.blockers else "its locks"
    more = f", and {len(event.blockers) - 1} more" if len(event.blockers) > 1 else ""
    tried = f", try {event.attempt} failed" if event.attempt else ""
    return f"waiting outside the queue for {duration(event.seconds)}{tried}: {who}{more}"


@line.register
def _(event: events.BlockerSignalled) -> str:
    return f"{'cancelled' if event.action == 'cancel' else 'terminated'} {blocker(event.blocker)}"


@line.register
def _(event: events.StepRetried) -> str:
    tried = f"try {event.attempt} ({event.sqlstate}, lock_timeout {duration(event.lock_timeout)})"
    return clean(f"{tried}: {event.message}; again in {duration(event.pause)}")


@line.register
def _(event: events.StepDone) -> str:
    parts = [duration(event.seconds), f"lock held {duration(event.held)}"]
    parts += [f"waited {duration(event.waited)}"] if event.waited >= 0.01 else []
    parts += [f"{event.attempts} tries"] if event.attempts > 1 else []
    if event.stall > 0:
        parts.append(f"application stalled {stalled(event.stall)}, worst wait {duration(event.worst_wait)}")
    return clean(f"step {event.index} done: {event.title} ({', '.join(parts)})")


@line.register
def _(event: events.StepSkipped) -> str:
    return clean(f"step skipped: {event.title} ({event.why})")


@line.register
def _(event: events.StepFailed) -> str:
    return clean(f"step failed: {event.title} ({event.sqlstate}): {event.message}")


@line.register
def _(event: events.Progress) -> str:
    if event.rate or event.eta is not None:
        return clean(f"{event.text}: {', '.join(_rows(event))}")
    if event.total <= 0:
        return clean(f"{event.text}: {event.done}" if event.done else event.text)
    return clean(f"{event.text}: {event.done} of {event.total} ({percent(event.done, event.total)} %)")


def _rows(event: events.Progress) -> list[str]:
    """ "412,000 of 1,000,000 rows", "98,000/s", "6 s left"."""
    parts = [f"{event.done:,} of {event.total:,} rows" if event.total > 0 else f"{event.done:,} rows"]
    parts += [f"{rounded(event.rate):,}/s"] if math.isfinite(event.rate) else []
    parts += [f"{remaining(event.eta)} left"] if event.eta is not None and math.isfinite(event.eta) else []
    return parts


@line.register
def _(event: events.Throttled) -> str:
    return clean(f"batches stand still for {duration(event.seconds)}: {event.reason}")


@line.register
def _(event: events.UndoStarted) -> str:
    return clean(f"undoing: {event.title}")


@line.register
def _(event: events.UndoDone) -> str:
    return clean(f"undone: {event.title} ({duration(event.seconds)})")


@line.register
def _(event: events.UndoFailed) -> str:
    return clean(f"not undone: {event.title} ({event.sqlstate}): {event.message}")


@line.register
def _(event: events.RevisionDone) -> str:
    return clean(f"revision {event.revision} done ({duration(event.seconds)})")


@line.register
def _(event: events.Notice) -> str:
    return clean(event.text)


@line.register
def _(event: events.RunFinished) -> str:
    return summary(event) + (clean(f"; next: {event.next}") if event.next else "")


def percent(done: int, total: int) -> int:
    """How much of *total* is *done*, and 100 only when all is."""
    return min(99, done * 100 // total) if 0 <= done < total else 100
