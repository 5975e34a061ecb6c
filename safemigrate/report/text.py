"""A plan as text: what each step locks and how long, how it is undone, and from where nothing can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from safemigrate.facts import Impact, LockMode, Relation
from safemigrate.report import totals
from safemigrate.steps import Kind, RevisionPlan, Step, Undo

LABEL_WIDTH = 8
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
    last = plan.point_of_no_return
    for index, step in enumerate(plan.steps):
        if index == last:
            yield f"  ---- point of no return: {_line(step.undo.loses)} ----"
        yield from _step(index + 1, step, sql=sql)


def _step(number: int, step: Step, *, sql: bool) -> Iterator[str]:
    origins = dict.fromkeys(str(statement.origin) for statement in step.statements if statement.origin)
    margin = " " * 6
    yield f"{number:>4}. {_line(step.title)}"
    if sql:
        for statement in step.statements:
            lines = statement.sql.splitlines()
            yield from (f"{margin}| {line}".rstrip() for line in lines[:-1])
            yield f"{margin}| {lines[-1] if lines else ''};"
    rows = [("from", ", ".join(origins)), *_impact_rows(step.kind, step.impact), ("undo", _undo(step.undo))]
    rows += [("note", _line(note)) for note in step.notes]
    yield from (f"{margin}{label:<{LABEL_WIDTH}} {text}" for label, text in rows if text)


def _impact_rows(kind: Kind, impact: Impact) -> list[tuple[str, str]]:
    known = f"UNKNOWN: {_line(impact.unknown)}; runs on its own under lock_timeout" if impact.unknown else ""
    runs = {"transaction": "", "autocommit": "outside a transaction"}.get(kind.value, kind.value)
    return [
        ("locks", _locks(impact)),
        ("work", known or _work(impact)),
        ("runs", runs),
        ("breaks", _line(impact.breaks)),
    ]


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
