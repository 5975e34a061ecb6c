"""A revision read ahead: what it would do, how it would run, and its steps. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from safemigrate import errors, plan
from safemigrate.capture import Captured
from safemigrate.config import Settings
from safemigrate.executor.task import Task
from safemigrate.plan.catalog import Catalog
from safemigrate.plan.split import Situation
from safemigrate.steps import RevisionPlan


@dataclass
class Prepared:
    """A revision read ahead: its plan, and what capture found."""

    plan: RevisionPlan
    captured: Captured


def prepare(
    task: Task, settings: Settings, catalog: Catalog, *, exact: bool = False, fresh: Collection[int] = ()
) -> Prepared:
    """Read the revision ahead and decide how it runs; changes nothing. Raises BadInput for a mode that cannot be.

    *exact*: every step's locks and undo are asked of the catalog at once, for a plan that is only shown. *fresh* are
    the relations that this run has made.
    """
    captured = task.capture(settings.mode == "steps")
    mode, why = _mode(task, captured, settings)
    version = catalog.version()
    with catalog.remembering():
        steps = plan.steps(
            captured.statements,
            version=version,
            catalog=catalog if exact else None,
            situation=_situation(settings, catalog, fresh) if mode == "steps" and not settings.as_written else None,
        )
    notes = tuple(captured.notes)
    if mode == "whole":
        notes += ("one transaction: done as a whole or not at all; once done, only downgrade takes it back",)
    if captured.once:
        notes += (f"it {captured.once}: never retried by itself",)
    return Prepared(
        RevisionPlan(
            revision=task.revision,
            message=task.message,
            down_revision=task.down_revision,
            mode=mode,
            why=why,
            steps=tuple(steps),
            notes=notes,
        ),
        captured,
    )


def _situation(settings: Settings, catalog: Catalog, fresh: Collection[int]) -> Situation:
    return Situation(
        catalog,
        catalog.version(),
        small=settings.small_table,
        images=settings.before_images,
        fresh=fresh,
        never=settings.never_split,
    )


def _mode(task: Task, captured: Captured, settings: Settings) -> tuple[Literal["steps", "whole"], str]:
    if settings.mode == "whole":
        return "whole", f"mode is whole ({settings.source('mode')})"
    if not captured.whole:
        return "steps", "its statements are known beforehand"
    if settings.mode == "steps":
        raise errors.BadInput(
            f"revision {task.revision} cannot run in steps as its mode asks: it {captured.whole}",
            state="nothing of this revision was changed",
            next='take mode = "steps" away, so that it runs whole, or take its Python apart',
        )
    return "whole", f"it {captured.whole}"
