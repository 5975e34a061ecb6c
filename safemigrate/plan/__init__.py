"""From statements to steps: what is retried as one, under which locks, and how it is taken back.

What it promises: every statement is in exactly one step, in the order of the revision; a step is the smallest thing
that PostgreSQL can do at once; what comes after the first statement that cannot be taken back is one transaction with
it where that is instant, and is marked as beyond the point of no return where it is not.

What it never does: change the database, or guess. What is not known is planned as the worst case, under its own step.

    steps     statements → steps (pure without a catalog)        resolve   a step's locks and undo as of now
    catalog   what the statements will meet                      undo      the inverse of each form
    split     the safe way to what a statement does              gaps      what has to stay together
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from safemigrate import facts, statement
from safemigrate.facts import Impact, LockMode
from safemigrate.journal import Entry
from safemigrate.plan import apart, gaps, titles, undo
from safemigrate.plan.catalog import Catalog
from safemigrate.plan.made import Made
from safemigrate.plan.split import Situation
from safemigrate.statement import Origin, Statement, forms
from safemigrate.steps import Kind, Step, Undo

_SET_LOCAL = re.compile(r"\A\s*SET\s+LOCAL\b", re.IGNORECASE)


def steps(
    statements: Sequence[Statement],
    *,
    version: int,
    catalog: Catalog | None = None,
    situation: Situation | None = None,
) -> list[Step]:
    """The steps of one revision on a server of major *version*.

    Without a *catalog* the locks and undos that only it can tell are left open; see :func:`resolve`. Without a
    *situation* every statement is run as it is written.
    """
    made = Made()
    single = [_step(each, version, catalog, made) for each in _separate(statements)]
    together = _bound(gaps.closed(single, _joined))
    if situation is not None:
        together = apart.taken(together, situation, lambda text, made: _step(text, version, catalog, made))
    return _numbered(_tail(together))


def again(entries: Sequence[Entry], *, version: int) -> list[Step]:
    """The steps that the journal has these entries of: what was one step stays one, what was split stays split."""
    made = Made()
    return [_again(entry, version, made) for entry in entries]


def _again(entry: Entry, version: int, made: Made) -> Step:
    file, _, line = (entry.origin or "").rpartition(":")
    text = Statement(entry.sql, Origin(file, int(line)) if file else None, together=True)
    step = _step(text, version, None, made)
    back = entry.undo if entry.undo is not None and entry.undo.settled else step.undo
    kind = Kind.BATCHED if entry.batch else step.kind
    return replace(
        step,
        kind=kind,
        undo=back,
        title=entry.title,
        occurrence=entry.occurrence,
        rewrite=entry.rewrite,
        batch=entry.batch,
    )


def resolve(step: Step, catalog: Catalog) -> Step:
    """*step* with the locks that it takes and the undo that it has, as the catalog is now: just before it runs."""
    if not step.kind.journalled:
        return step
    with catalog.remembering():
        impact = catalog.impact(_forms(step.statements))
        if step.undo.covered or step.undo.settled:
            return replace(step, impact=impact)
        return replace(step, impact=impact, undo=undo.of(step.statements, catalog))


def _separate(statements: Sequence[Statement]) -> list[Statement]:
    """One statement each, where a text holds several."""
    separated: list[Statement] = []
    for each in statements:
        pieces = [] if each.together else statement.split(each.sql)
        separated.extend([each] if len(pieces) < 2 else [replace(each, sql=piece) for piece in pieces])
    return separated


def _forms(statements: Sequence[Statement]) -> tuple[forms.Form, ...]:
    return tuple(form for each in statements for form in each.forms)


def _step(text: Statement, version: int, catalog: Catalog | None, made: Made) -> Step:
    if session := _session(text):
        return session
    impact = catalog.impact(text.forms, version) if catalog else facts.impact(text.forms, version)
    back = Undo(covered=True) if made.cover(text.forms) else undo.inverse(text, catalog)
    made.note(text.forms, catalog)
    kind = Kind.TRANSACTION if impact.transactional else Kind.AUTOCOMMIT
    return Step(kind, (text,), impact, back, titles.of([text]))


def _session(text: Statement) -> Step | None:
    """The step of a statement that is about the session or the transaction only; None for others."""
    match text.forms:
        case (forms.Transaction(kind=word),):
            note = f"{word.upper()} is left out: every step is a transaction of its own"
            return _aside(Kind.SKIPPED, text, note)
        case (forms.Set(constraints=True),):
            return None
        case (forms.Set(local=True),):
            changed = replace(text, sql=_SET_LOCAL.sub("SET", text.sql))
            return _aside(Kind.SESSION, changed, "SET LOCAL holds for the rest of the revision")
        case (forms.Set(),):
            return _aside(Kind.SESSION, text)
    return None


def _aside(kind: Kind, text: Statement, *notes: str) -> Step:
    return Step(kind, (text,), Impact(), Undo(), titles.of([text]), notes=notes)


# -- what has to stay together


def _bound(single: list[Step]) -> list[Step]:
    """From a statement on that means something only within its transaction, all is one step up to a command that
    cannot be: LOCK TABLE, SELECT … FOR UPDATE, SET CONSTRAINTS, a temporary table.
    """
    first = next((index for index, step in enumerate(single) if _binds(step)), None)
    if first is None:
        return single
    end = next((index for index, step in enumerate(single) if index > first and _ends(step)), len(single))
    note = f"one transaction, for the sake of: {single[first].title}"
    return [*single[:first], *_joined(single[first:end], note), *_bound(single[end:])]


def _joined(several: Sequence[Step], note: str) -> list[Step]:
    """One transaction of them; what they set for the session is set before it: nothing else can come between."""
    together = [step for step in several if step.kind is Kind.TRANSACTION]
    return [*(step for step in several if step.kind is not Kind.TRANSACTION), _merged(together, note)]


def _binds(step: Step) -> bool:
    for form in _forms(step.statements) if step.kind is Kind.TRANSACTION else ():
        match form:
            case forms.LockTable() | forms.Set(constraints=True) | forms.CreateTable(temporary=True):
                return True
            case forms.Select(locks=[_, *_]):
                return True
    return False


def _ends(step: Step) -> bool:
    return step.kind is Kind.AUTOCOMMIT or any(
        form == forms.Transaction("commit") for each in step.statements for form in each.forms
    )


def _tail(single: list[Step]) -> list[Step]:
    """The first step that cannot be taken back, and all after it: one step where that is instant, else marked."""
    first = next((index for index, step in enumerate(single) if not step.undo.possible), None)
    if first is None or not any(step.kind.journalled for step in single[first + 1 :]):
        return single
    rest = [step for step in single[first:] if step.kind is not Kind.SKIPPED]
    if all(step.kind is Kind.TRANSACTION for step in rest) and _brief(rest):
        skipped = [step for step in single[first:] if step.kind is Kind.SKIPPED]
        merged = _merged(
            rest, "one transaction: what cannot be taken back is done with all that follows, or not at all"
        )
        return [*single[:first], *skipped, merged]
    note = "point of no return: what follows may fail when this is done"
    return [*single[:first], replace(single[first], notes=(*single[first].notes, note)), *single[first + 1 :]]


def _brief(rest: Sequence[Step]) -> bool:
    """Whether one transaction of all of them stops nobody for long: instant, or with row locks only."""
    if all(step.impact.instant for step in rest):
        return True
    modes = [lock.mode for step in rest for lock in step.impact.locks]
    known = not any(step.impact.unknown for step in rest)
    return known and max(modes, default=LockMode.ACCESS_SHARE) <= LockMode.ROW_EXCLUSIVE


def _merged(several: Sequence[Step], note: str) -> Step:
    """One transaction of several steps' statements."""
    if len(several) == 1:
        return several[0]
    statements = tuple(each for step in several for each in step.statements)
    notes = tuple(dict.fromkeys([*(text for step in several for text in step.notes), note]))
    impact = facts.merge([step.impact for step in several])
    return Step(
        Kind.TRANSACTION,
        statements,
        impact,
        undo.joined([step.undo for step in several]),
        titles.of(statements),
        notes=notes,
    )


def _numbered(several: list[Step]) -> list[Step]:
    seen: Counter[str] = Counter()
    numbered = []
    for step in several:
        numbered.append(replace(step, occurrence=seen[step.fingerprint]))
        seen[step.fingerprint] += 1
    return numbered
