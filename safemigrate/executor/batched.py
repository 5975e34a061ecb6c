"""A BATCHED step: one UPDATE or DELETE in many short transactions, each with its row in the journal."""

from __future__ import annotations

from safemigrate.executor.run import Run
from safemigrate.journal import Entry, Execution, Harm
from safemigrate.steps import Step


def perform(run: Run, execution: int, step: Step) -> Harm:
    """Begin the step or go on with it, to its end. Raises Failed, CouldNotLock, Interrupted, FencedOff."""
    raise NotImplementedError


def take_back(run: Run, execution: Execution, entry: Entry) -> None:
    """Restore what the step changed, from its before-images; again after a loss, from where it stands."""
    raise NotImplementedError
