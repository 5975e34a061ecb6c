"""Take the done steps of a revision back, in reverse order, under the same gate.

The undo of each step was journalled before it ran, so this works after a crash and in another process as well. It is
itself journalled statement by statement: killed in the middle, it goes on from there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import psycopg

from safemigrate import errors
from safemigrate.executor import batched, concurrent, diagnosis, events
from safemigrate.executor.deed import Deed, Failed, perform
from safemigrate.executor.run import Run
from safemigrate.journal import Entry, Execution, Harm
from safemigrate.statement import read
from safemigrate.steps import Kind, Undo


def losses(run: Run, execution: Execution) -> list[str]:
    """What taking *execution* back cannot bring back, one line for each step, in the order of the steps."""
    done = [entry for entry in run.journal.entries(execution.id) if entry.state in ("done", "intent")]
    lost = [(entry.title, _undo_of(entry).loses or batched.lost_images(run, execution, entry)) for entry in done]
    return [f"{title}: {what}" for title, what in lost if what]


def _undo_of(entry: Entry) -> Undo:
    return entry.undo or Undo(loses="its undo is not known")


def take_back(run: Run, execution: Execution, *, accept_loss: bool = False, final: str = "undone") -> list[str]:
    """Undo every done step; what stays behind (harmless), one line each. *final* is the execution's state afterwards.

    Raises Paused when a done step cannot be taken back (and loss is not accepted), or an undo does not succeed.
    """
    lost = losses(run, execution)
    if lost and not accept_loss:
        run.journal.set_execution(execution.id, "paused", execution.error)
        raise errors.Paused(
            f"revision {execution.revision} is past its point of no return",
            state="its done steps are kept and journalled",
            next="mend the cause and safemigrate resume; "
            "or safemigrate rollback --accept-loss, which cannot bring that back",
            details=[("cannot return", line) for line in lost],
        )
    run.journal.set_execution(execution.id, "undoing", execution.error)
    kept: list[str] = []
    for entry in reversed(run.journal.entries(execution.id)):
        if entry.state in ("done", "intent"):
            run.surely(partial(_take_back_step, run, execution, entry.key))
            kept += [_undo_of(entry).keeps] if _undo_of(entry).keeps else []
    run.journal.set_execution(execution.id, final, execution.error)
    return kept


def _take_back_step(run: Run, execution: Execution, key: tuple[str, int]) -> None:
    """Take one step back, from where the journal says that it stands."""
    entry = next(entry for entry in run.journal.entries(execution.id) if entry.key == key)
    if entry.state not in ("done", "intent"):
        return
    undo = _undo_of(entry)
    run.emit(events.UndoStarted(entry.title, undo.sql))
    started = run.clock.now()
    statements = undo.sql
    several = read.forms(entry.sql)
    try:
        if entry.kind is Kind.BATCHED:
            batched.take_back(run, execution, entry)
            run.emit(events.UndoDone(entry.title, run.clock.now() - started))
            return
        if entry.state == "intent" and not concurrent.arrived(run, several):
            for form in several:
                concurrent.clear(run, form)
            finished = [concurrent.finish(run, form) for form in several]
            statements = undo.sql if any(finished) else ()
        for position in range(entry.undone_statements, len(statements)):
            perform(run, _deed(run, execution, entry, undo, position))
    except (Failed, errors.CouldNotLock, errors.Interrupted, errors.BadInput) as error:
        raise _stuck(run, entry, error) from error
    except psycopg.Error as error:
        if run.lost(error):
            raise
        raise _stuck(run, entry, error) from error
    if not statements:
        with run.work.connection.transaction():
            run.journal.mark(execution.id, entry.key, "kept" if undo.keeps else "undone")
    run.emit(events.UndoDone(entry.title, run.clock.now() - started))


def _deed(run: Run, execution: Execution, entry: Entry, undo: Undo, position: int) -> Deed:
    text = undo.sql[position]
    several = read.forms(text)
    impact = run.catalog.impact(several)
    last = position + 1 == len(undo.sql)
    state = ("kept" if undo.keeps else "undone") if last else entry.state

    def mark(harm: Harm, first: str) -> None:
        spent = replace(harm, attempts=entry.attempts + harm.attempts)
        run.journal.mark(execution.id, entry.key, state, undone_statements=position + 1, harm=spent, first=first)

    def is_done() -> bool:
        return run.journal.state_of(execution.id, entry.key)[1] > position

    return Deed(
        title=f"taking back: {entry.title}",
        text=text,
        forms=several,
        impact=impact,
        transactional=impact.transactional,
        mark=mark,
        is_done=is_done,
        # An undo that began and was cut off is told by the catalog alone; each of them is safe to look at first.
        begun=lambda: True,
    )


def _stuck(
    run: Run, entry: Entry, error: Failed | errors.SafemigrateError | psycopg.Error
) -> errors.SafemigrateError:  # fmt: skip
    cause: object = error.what if isinstance(error, errors.SafemigrateError) else getattr(error, "error", error)
    sqlstate = cause.sqlstate or "" if isinstance(cause, psycopg.Error) else ""
    message = cause.diag.message_primary or str(cause) if isinstance(cause, psycopg.Error) else str(cause)
    run.emit(events.UndoFailed(entry.title, sqlstate, message))
    stuck = errors.Paused(
        f"could not take back: {entry.title}: {message}",
        state="the steps after it are taken back, it and those before it are not; the journal says which",
        next="safemigrate rollback, which goes on from here",
    )
    if isinstance(error, errors.SafemigrateError):
        stuck.details = error.details
    if isinstance(cause, psycopg.Error):
        stuck.details = diagnosis.server_says(cause, redact=run.settings.redact_queries)
    if isinstance(error, errors.Interrupted):
        stuck.exit_code = error.exit_code
    return stuck


def settle(run: Run, execution: Execution, problem: errors.SafemigrateError) -> errors.SafemigrateError:
    """After *problem*: roll back or pause, as settings and steps say; the error to raise, its state filled in."""
    done = [entry for entry in run.journal.entries(execution.id) if entry.state in ("done", "intent")]
    execution = replace(execution, error=problem.what)
    if isinstance(problem, errors.Interrupted) or run.settings.on_failure == "pause":
        return _pause(run, execution, problem, done)
    try:
        kept = take_back(run, execution)
    except errors.Paused as paused:
        paused.what = f"{problem.what}; {paused.what}"
        paused.details = [*problem.details, *paused.details]
        return paused
    undone = f"its {len(done)} done steps were taken back" if len(done) > 1 else "its done step was taken back"
    problem.state = (undone if done else "no step of the revision was done") + "; the database is as before it"
    problem.details += [("stays behind", line) for line in kept]
    return problem


def _pause(
    run: Run, execution: Execution, problem: errors.SafemigrateError, done: list[Entry]
) -> errors.SafemigrateError:  # fmt: skip
    run.journal.set_execution(execution.id, "paused" if done else "undone", problem.what)
    if not done:
        problem.state = f"nothing of revision {execution.revision} was changed"
        problem.next = problem.next or "run again when it suits"
        return problem
    kind = errors.Interrupted if isinstance(problem, errors.Interrupted) else errors.Paused
    count = len([entry for entry in done if entry.kind is Kind.TRANSACTION or entry.state == "done"])
    paused = kind(
        problem.what,
        state=f"{count} {'step' if count == 1 else 'steps'} of revision {execution.revision} done and journalled; "
        "nothing else was changed",
        next="safemigrate resume, or safemigrate rollback",
        details=problem.details,
    )
    if isinstance(problem, errors.Interrupted):
        paused.exit_code = problem.exit_code
    return paused
