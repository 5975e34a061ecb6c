"""A plan as text: what each step locks and how long, how it is undone, and from where nothing can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from safemigrate.facts import Impact, LockMode, Relation
from safemigrate.report import totals
from safemigrate.steps import Batch, Kind, RevisionPlan, Rewrite, Step, Undo

LABEL_WIDTH = 8
MARGIN = " " * 6
NOTHING = Undo(settled=True)
LONGEST = 160
"""Characters of SQL that are worth showing; the JSON has all of it."""


def render(plans: Sequence[RevisionPlan], *, sql: bool = False) -> str:
    """*plans* one after the other, then the sums. *sql* shows the statements of each step in full."""
    if not plans:
        return "nothing to do"
    blocks = ["\n".join(_revision(plan, sql=sql)) for plan in plans]
    return "\n\n".join([*blocks, _sums(plans)])


def _revision(plan: RevisionPlan, *, sql: bool) -> Iterator[str]:
    after = f" (after {', '.join(plan.down_revision)})" if plan.down_revision else ""
    yield f"revision {plan.revision}{after}" + (f": {_line(plan.message)}" if plan.message else "")
    yield f"  mode {plan.mode}" + (f": {_line(plan.why)}" if plan.why else "")
    yield from (f"  note: {_line(note)}" for note in plan.notes)
    yield from _steps(plan, sql=sql)


def _steps(plan: RevisionPlan, *, sql: bool) -> Iterator[str]:
    last = plan.point_of_no_return
    number = 0
    for rewrite, parts in groupby(plan.steps, key=lambda step: step.rewrite):
        several = list(parts)
        for part, step in enumerate(several, start=1):
            if number == last:
                yield f"  ---- point of no return: {_line(step.undo.loses)} ----"
            if rewrite and part == 1:
                yield from _instead_of(step, rewrite, sql=sql)
            number += 1
            place = f" (part {part} of {len(several)})" if rewrite and len(several) > 1 else ""
            yield from _step(f"{number:>4}. {_line(step.title)}{place}", step, sql=sql)


def _instead_of(first: Step, rewrite: Rewrite, *, sql: bool) -> Iterator[str]:
    """The statement as it is written, above the parts that are run in its stead."""
    place = f" ({', '.join([*_origins(first), rewrite.family])})"
    if sql:
        yield f"  instead of{place}:"
        yield from _in_full(rewrite.original)
    else:
        yield f"  instead of: {_line(rewrite.original)}{place}"


def _origins(step: Step) -> Iterable[str]:
    return dict.fromkeys(str(statement.origin) for statement in step.statements if statement.origin)


def _step(heading: str, step: Step, *, sql: bool) -> Iterator[str]:
    yield heading
    if sql:
        for statement in step.statements:
            yield from _in_full(statement.sql)
    origin = "" if step.rewrite else ", ".join(_origins(step))
    rows = [("from", origin), *_impact_rows(step), ("undo", _undo_of(step))]
    rows += [("note", _line(note)) for note in step.notes]
    yield from (f"{MARGIN}{label:<{LABEL_WIDTH}} {text}" for label, text in rows if text)


def _in_full(sql: str) -> Iterator[str]:
    lines = sql.splitlines()
    yield from (f"{MARGIN}| {line}".rstrip() for line in lines[:-1])
    yield f"{MARGIN}| {lines[-1] if lines else ''};"


def _impact_rows(step: Step) -> list[tuple[str, str]]:
    impact = step.impact
    known = f"UNKNOWN: {_line(impact.unknown)}; runs on its own under lock_timeout" if impact.unknown else ""
    return [
        ("locks", _locks(impact)),
        ("work", known or _work(impact)),
        ("runs", _in_batches(step.batch) if step.batch else _runs(step.kind)),
        ("breaks", _line(impact.breaks)),
    ]


def _runs(kind: Kind) -> str:
    return {"transaction": "", "autocommit": "outside a transaction"}.get(kind.value, kind.value)


def _in_batches(batch: Batch) -> str:
    along = f"in batches along ({', '.join(batch.key)})" if batch.key else "in batches by ctid"
    return f"{along}, {'with' if batch.images else 'without'} before-images"


def _locks(impact: Impact) -> str:
    """By mode, strongest first: "ACCESS EXCLUSIVE on orders, users; SHARE on images"."""
    modes = sorted({lock.mode for lock in impact.locks}, reverse=True)
    return "; ".join(f"{mode.sql} on {_locked(impact, mode)}" for mode in modes)


def _locked(impact: Impact, mode: LockMode) -> str:
    return _names(lock.relation for lock in impact.locks if lock.mode is mode)


def _work(impact: Impact) -> str:
    """What makes the time under the locks grow with the table."""
    marks = (("REWRITES", impact.rewrites), ("SCANS", impact.scans), ("BUILDS on", impact.builds))
    work = "; ".join(f"{mark} {_names(relations)}" for mark, relations in marks if relations)
    return work or ("instant" if impact.locks else "")


def _undo_of(step: Step) -> str:
    if step.batch and step.batch.images and step.undo.possible:
        return "the rows as they were, from the before-images"
    if step.rewrite and step.undo == NOTHING:
        return "nothing of its own"
    return _undo(step.undo)


def _undo(undo: Undo) -> str:
    if undo.loses:
        return f"NONE: {_line(undo.loses)}"
    if undo.sql:
        text = _line("; ".join(undo.sql)) + (" (exact text when it runs)" if undo.open else "")
    else:
        text = _without_sql(undo)
    return text + (f"; keeps {_line(undo.keeps)}" if undo.keeps else "")


def _without_sql(undo: Undo) -> str:
    if undo.covered:
        return "goes with an earlier step of this revision"
    return "known when it runs" if undo.open else "nothing to undo"


def _sums(plans: Sequence[RevisionPlan]) -> str:
    sums = totals.of(plans)
    parts = [_count(sums["revisions"], "revision"), f"{_count(sums['steps'], 'step')}, {sums['instant']} instant"]
    parts += [f"{sums['unknown']} unknown"] if sums["unknown"] else []
    parts += [f"{_count(sums['split'], 'statement')} split"] if sums["split"] else []
    no_return = sums["points_of_no_return"]
    parts += [f"{sums['whole']} whole, taken back by downgrade only"] if sums["whole"] else []
    parts += [_count(no_return, "point") + " of no return"] if no_return else []
    if not (no_return or sums["whole"]):
        parts.append("all of it can be undone")
    return "; ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _names(relations: Iterable[Relation]) -> str:
    return ", ".join(dict.fromkeys(str(relation) for relation in relations))


def _line(text: str) -> str:
    """*text* on one line of bearable length."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
