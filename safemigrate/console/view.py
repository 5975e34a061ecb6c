"""What the live view knows: one immutable state, and the state after each event. No terminal in here."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from safemigrate.executor import events
from safemigrate.locks import inspect


@dataclass(frozen=True, slots=True)
class View:
    """What is going on now, and the sums so far. An empty text or a zero is not shown."""

    run: str = ""
    database: str = ""
    direction: str = ""
    revision: str = ""
    message: str = ""
    revision_index: int = 0
    revision_total: int = 0
    step: str = ""
    step_index: int = 0
    step_total: int = 0
    undoing: str = ""
    waiting: float = 0.0
    blockers: tuple[inspect.Blocker, ...] = ()
    holder: str = ""
    attempt: int = 0
    progress: events.Progress | None = None
    throttled: events.Throttled | None = None
    steps_done: int = 0
    longest_lock: float = 0.0
    stall: float = 0.0
    worst_wait: float = 0.0
    finished: bool = False


def after(view: View, event: events.Event) -> View:
    """*view* once *event* has happened."""
    match event:
        case events.RunStarted():
            return View(event.run, event.database, event.direction, revision_total=len(event.revisions))
        case events.LeaseWaiting():
            holder = f"pid {event.pid}, {event.user}@{event.application}"
            return dataclasses.replace(view, holder=holder, waiting=event.seconds)
        case events.RevisionStarted():
            return dataclasses.replace(
                _between_steps(view),
                revision=event.revision,
                message=event.message,
                revision_index=event.index,
                revision_total=event.total,
                step_total=event.steps,
            )
        case events.StepStarted():
            return dataclasses.replace(
                _between_steps(view), step=event.title, step_index=event.index, step_total=event.total
            )
        case events.StepWaiting():
            return dataclasses.replace(
                view, waiting=event.seconds, blockers=event.blockers, attempt=max(view.attempt, event.attempt)
            )
        case events.StepRetried():
            return dataclasses.replace(view, attempt=event.attempt + 1, blockers=())
        case events.Progress():
            return dataclasses.replace(view, progress=event, throttled=None, blockers=())
        case events.Throttled():
            return dataclasses.replace(view, throttled=event)
        case events.StepDone():
            return _with_costs(_between_steps(view), event)
        case events.UndoStarted():
            return dataclasses.replace(_between_steps(view), undoing=event.title)
        case events.RunFinished():
            return dataclasses.replace(_between_steps(view), finished=True)
        case events.StepSkipped() | events.StepFailed() | events.UndoDone() | events.UndoFailed():
            return _between_steps(view)
    return view


def _between_steps(view: View) -> View:
    """Nothing of the last step remains."""
    return dataclasses.replace(
        view,
        step="",
        step_index=0,
        undoing="",
        waiting=0.0,
        blockers=(),
        holder="",
        attempt=0,
        progress=None,
        throttled=None,
    )


def _with_costs(view: View, event: events.StepDone) -> View:
    return dataclasses.replace(
        view,
        steps_done=view.steps_done + 1,
        longest_lock=max(view.longest_lock, event.held),
        stall=view.stall + event.stall,
        worst_wait=max(view.worst_wait, event.worst_wait),
    )
