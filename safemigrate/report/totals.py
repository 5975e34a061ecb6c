"""The sums over a plan that both reports give."""

from __future__ import annotations

from collections.abc import Sequence

from safemigrate.steps import RevisionPlan


def of(plans: Sequence[RevisionPlan]) -> dict[str, int]:
    """Revisions, those that run whole, steps, instant and unknown ones, statements that are run in safe parts or in
    batches instead of as written, revisions with a point of no return.
    """
    steps = [step for plan in plans for step in plan.steps]
    split = {(plan.revision, step.rewrite) for plan in plans for step in plan.steps if step.rewrite}
    return {
        "revisions": len(plans),
        "whole": sum(plan.mode == "whole" for plan in plans),
        "steps": len(steps),
        "instant": sum(step.impact.instant for step in steps),
        "unknown": sum(bool(step.impact.unknown) for step in steps),
        "split": len(split),
        "points_of_no_return": sum(plan.point_of_no_return is not None for plan in plans),
    }
