"""A plan as JSON. The shape is stable: within one *version* fields are added, never renamed or removed.

version      1
revisions[]  revision, down_revision[], message, mode, why, notes[], point_of_no_return (a step's number or null)
  steps[]    number, title, kind, fingerprint, occurrence, sql[], origin {file, line} or null, notes[]
             rewrite {original, occurrence, family} or null; batch {key[], images} or null
             locks[] {relation, mode}, scans[], rewrites[], builds[], instant, breaks, transactional, unknown
             undo {possible, sql[], loses, keeps, open, transactional, covered, settled}
totals       revisions, whole, steps, instant, unknown, split, points_of_no_return
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from safemigrate.facts import Relation
from safemigrate.report import totals
from safemigrate.steps import RevisionPlan, Step, Undo

VERSION = 1


def render(plans: Sequence[RevisionPlan]) -> str:
    """*plans* as indented JSON, in ASCII."""
    return json.dumps(as_json(plans), indent=2)


def as_json(plans: Sequence[RevisionPlan]) -> dict[str, object]:
    """*plans* as an object of the shape above."""
    return {
        "version": VERSION,
        "revisions": [_revision(plan) for plan in plans],
        "totals": totals.of(plans),
    }


def _revision(plan: RevisionPlan) -> dict[str, object]:
    last = plan.point_of_no_return
    return {
        "revision": plan.revision,
        "down_revision": list(plan.down_revision),
        "message": plan.message,
        "mode": plan.mode,
        "why": plan.why,
        "notes": list(plan.notes),
        "point_of_no_return": None if last is None else last + 1,
        "steps": [_step(number, step) for number, step in enumerate(plan.steps, start=1)],
    }


def _step(number: int, step: Step) -> dict[str, object]:
    origin = next((statement.origin for statement in step.statements if statement.origin), None)
    impact = step.impact
    return {
        "number": number,
        "title": step.title,
        "kind": step.kind.value,
        "fingerprint": step.fingerprint,
        "occurrence": step.occurrence,
        "sql": [statement.sql for statement in step.statements],
        "origin": {"file": origin.file, "line": origin.line} if origin else None,
        "locks": [{"relation": str(lock.relation), "mode": lock.mode.sql} for lock in impact.locks],
        "scans": _names(impact.scans),
        "rewrites": _names(impact.rewrites),
        "builds": _names(impact.builds),
        "instant": impact.instant,
        "breaks": impact.breaks,
        "transactional": impact.transactional,
        "unknown": impact.unknown,
        "undo": _undo(step.undo),
        "notes": list(step.notes),
        "rewrite": asdict(step.rewrite) if step.rewrite else None,
        "batch": {"key": list(step.batch.key), "images": step.batch.images} if step.batch else None,
    }


def _undo(undo: Undo) -> dict[str, object]:
    return {
        "possible": undo.possible,
        "sql": list(undo.sql),
        "loses": undo.loses,
        "keeps": undo.keeps,
        "open": undo.open,
        "transactional": undo.transactional,
        "covered": undo.covered,
        "settled": undo.settled,
    }


def _names(relations: Iterable[Relation]) -> list[str]:
    return [str(relation) for relation in relations]
