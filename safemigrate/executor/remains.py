"""What an earlier run left of a revision, and how a later one goes on with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from safemigrate import errors, plan
from safemigrate.executor.run import Run
from safemigrate.executor.task import Task
from safemigrate.journal import Entry, Execution
from safemigrate.steps import RevisionPlan, Step


def over(run: Run, task: Task) -> Execution | None:
    """What an earlier run left of this very revision; anything else that is half done has to be ended first.

    What only waits for env.py to commit its version row is no hindrance on the way in the same direction.
    """
    own: Execution | None = None
    found = run.journal.all_unfinished()
    run.unsettled = bool(found)
    for left in found:
        if left.revision == task.revision and left.direction == task.direction:
            own = own or left
        elif left.direction != task.direction or not run.journal.is_complete(left):
            raise half_done(left)
    return own


def as_planned(run: Run, task: Task, chosen: RevisionPlan, left: Execution) -> RevisionPlan:
    """*chosen*, but what was begun goes on as the journal says that it was planned.

    It was read ahead once more after some of its steps were done: it may not find what it reads any more, what it
    makes up (a uuid, a time) is another, and the catalog shows what the done steps have made. Steps of a new plan on
    top of the done ones would do things twice.
    """
    if left.mode != "steps":
        return chosen
    entries = run.journal.entries(left.id, settings=True)
    if all(entry.state == "planned" for entry in entries):
        return chosen
    steps = plan.again(entries, version=run.version)
    if left.source == task.source:
        why = "it goes on as it was planned, says the journal"
        return replace(chosen, mode="steps", why=why, steps=tuple(steps))
    return chosen if chosen.mode == "whole" else replace(chosen, steps=_edited(chosen.steps, steps, entries))


def _edited(now: Sequence[Step], before: Sequence[Step], entries: Sequence[Entry]) -> tuple[Step, ...]:
    """The steps of a revision that was edited: statements that were begun as they were planned, the others as now."""
    begun: dict[tuple[str, int], list[Step]] = {}
    for step in before:
        begun.setdefault(_source(step), []).append(step)
    untouched = {entry.key for entry in entries if entry.state == "planned"}
    kept = {source: steps for source, steps in begun.items() if any(step.key not in untouched for step in steps)}
    chosen: dict[Step, None] = {}
    for step in now:
        chosen.update(dict.fromkeys(kept.get(_source(step), [step])))
    return tuple(chosen)


def _source(step: Step) -> tuple[str, int]:
    """The statement of the revision that *step* is, or is a part of."""
    return (step.rewrite.original, step.rewrite.occurrence) if step.rewrite else (step.sql, step.occurrence)


def half_done(left: Execution) -> errors.BadInput:
    """What to say when *left* has to be ended before anything else."""
    return errors.BadInput(
        f"{left.direction} of revision {left.revision} is half done (run {left.run}, {left.state})",
        state=f"nothing was changed; {left.error or 'its done steps are in the journal'}",
        next="safemigrate rollback" + ("" if left.state == "undoing" else ", or safemigrate resume"),
    )
