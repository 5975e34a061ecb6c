"""Steps whose one statement has a safe way, taken apart into the steps of that way.

Only what is a step by itself is taken apart: what has to stay together (gaps, LOCK TABLE, …) does, with a note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from safemigrate import statement
from safemigrate.facts import Impact
from safemigrate.plan import titles
from safemigrate.plan.made import Made
from safemigrate.plan.split import Part, Situation, Split, names, split
from safemigrate.statement import Statement
from safemigrate.steps import Kind, Rewrite, Step

Make = Callable[[Statement, Made], Step]
"""The step of one statement, given what the revision has made before it."""


def taken(together: Sequence[Step], situation: Situation, make: Make) -> list[Step]:
    """*together* with every step that has a safe way replaced by the steps of it."""
    seen: Counter[str] = Counter()
    done: list[Step] = []
    for step in together:
        promised = dict(situation.promised)
        several = list(_one(step, situation, make, seen))
        situation.promised = promised
        names.note([form for one in several for each in one.statements for form in each.forms], situation)
        done.extend(several)
        for each in step.statements:
            seen[each.sql] += 1
            situation.note(each.forms)
    return done


def _one(step: Step, situation: Situation, make: Make, seen: Counter[str]) -> Iterator[Step]:
    if len(step.statements) != 1 or not step.kind.journalled:
        yield step
        return
    (text,) = step.statements
    situation.marks = text.marks
    answer = split(text, situation)
    if isinstance(answer, Split):
        rewrite = Rewrite(text.sql, seen[text.sql], answer.family)
        made = situation.made.copy()
        for part in _grouped(answer.parts):
            yield _of(part, text, make, made, rewrite)
    else:
        yield replace(step, notes=(*step.notes, answer)) if answer else step


def _grouped(parts: Sequence[Part]) -> Iterator[Part]:
    """Neighbours that are instant as one part: nobody needs to see the state between them."""
    waiting: list[Part] = []
    for part in parts:
        if part.instant:
            waiting.append(part)
            continue
        yield from _together(waiting)
        waiting = []
        yield part
    yield from _together(waiting)


def _together(parts: Sequence[Part]) -> Iterator[Part]:
    if len(parts) < 2 or any(part.undo is not None for part in parts):
        yield from parts
        return
    statements = tuple(text for part in parts for text in part.statements)
    yield Part(statements, instant=True, note="; ".join(dict.fromkeys(part.note for part in parts if part.note)))


def _of(part: Part, text: Statement, make: Make, made: Made, rewrite: Rewrite) -> Step:
    """The step of one part: one transaction of its statements."""
    sql = statement.join(part.statements)
    step = make(replace(text, sql=sql, together=True), made)
    undo = part.undo if part.undo is not None else step.undo
    return replace(
        step,
        kind=Kind.BATCHED if part.batch else step.kind,
        impact=_instant(step.impact) if part.instant else step.impact,
        undo=undo,
        title=part.title or titles.of([replace(text, sql=each) for each in part.statements]),
        notes=(*step.notes, part.note) if part.note else step.notes,
        rewrite=rewrite,
        batch=part.batch,
    )


def _instant(impact: Impact) -> Impact:
    return replace(impact, scans=(), rewrites=(), builds=(), unknown="")
