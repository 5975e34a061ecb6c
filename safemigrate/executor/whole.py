"""A revision that is Python which cannot be cut into steps: its code runs live, in one transaction, retried whole.

The gate is passed before its transaction begins, for the relations that reading ahead has shown; inside it every lock
is waited for no longer than lock_timeout, and on the first that is not to be had everything is rolled back and begun
again, in a new session. It is never begun again once it has committed by itself or called the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import sqlalchemy as sa

from safemigrate import errors, facts, sql
from safemigrate.capture import Captured, literal, network, recorder
from safemigrate.executor import diagnosis, events, retry, rollback
from safemigrate.executor.passage import Passage
from safemigrate.executor.run import Run
from safemigrate.executor.session import PREFIX, milliseconds
from safemigrate.executor.task import Task
from safemigrate.facts import Impact, LockMode
from safemigrate.journal import Execution, FencedOff, Harm
from safemigrate.statement import Statement, forms, read
from safemigrate.steps import Kind, Step, Undo

UNDO = Undo(loses="the revision ran whole: its Python cannot be taken back step by step")


@dataclass
class _Live:
    """What happens on the connection while the revision's Python runs."""

    commits: int = 0
    ours: bool = False
    notes: list[str] = field(default_factory=list)

    def on_commit(self, _connection: sa.Connection) -> None:
        self.commits += not self.ours

    def on_execute(self, _cursor: Any, text: str, _parameters: Any, _context: Any) -> bool:
        """Swallow COMMIT and BEGIN sent as text: the transaction's end is ours to choose."""
        found = read.forms(text)
        if found and all(isinstance(form, forms.Transaction) and form.kind in ("begin", "commit") for form in found):
            self.notes.append(f"{text.strip()} was not sent: the revision is one transaction, committed at its end")
            return True
        # Among other statements of one text it is sent.
        self.commits += any(isinstance(form, forms.Transaction) and form.kind == "commit" for form in found)
        return False


def execute(run: Run, task: Task, captured: Captured, steps: tuple[Step, ...], left: Execution | None) -> int:
    """Run the revision whole; the id of its execution."""
    execution = _begin(run, task, left)
    step = Step(Kind.TRANSACTION, (), Impact(), UNDO, f"{task.revision} as a whole")
    key = (step.fingerprint, step.occurrence)
    if run.journal.state_of(execution, key)[0] == "done":
        run.emit(events.StepSkipped(step.title, "done before, says the journal"))
        return execution
    # What its Python makes, drops and renames is not known: no name is sure to be this run's own after it.
    run.created.clear()
    impact = _merged(steps)
    run.emit(events.StepStarted(1, 1, step.title, "", impact.locks))
    started = run.clock.now()
    whole = _Whole(run, task, execution, key, impact, Passage(run, step.title))
    try:
        harm = whole.perform()
    except errors.Paused as problem:
        run.journal.set_execution(execution, "paused", problem.what)
        raise
    except errors.SafemigrateError as problem:
        raise rollback.settle(run, run.journal.execution(execution), problem) from problem
    finally:
        run.tally.add(whole.harm())
    run.tally.steps += 1
    run.emit(
        events.StepDone(
            1, step.title, run.clock.now() - started, held=harm.held, waited=harm.waited, stall=harm.stall,
            worst_wait=harm.worst_wait, attempts=harm.attempts,
        )
    )  # fmt: skip
    return execution


def _begin(run: Run, task: Task, left: Execution | None) -> int:
    step = Step(Kind.TRANSACTION, (), Impact(), UNDO, f"{task.revision} as a whole")
    if left is not None:
        done = [entry for entry in run.journal.entries(left.id) if entry.state in ("done", "intent")]
        if left.mode == "whole":
            run.journal.adopt(left.id, source=task.source, steps=[] if done else [step])
            return left.id
        if done:
            raise errors.BadInput(
                f"{len(done)} steps of revision {task.revision} are applied, and now it would run whole",
                state="nothing was changed now",
                next="put the revision back as it was and safemigrate resume; or safemigrate rollback, then upgrade",
            )
        run.journal.set_execution(left.id, "undone", left.error)
    return run.journal.begin(
        task.revision, task.direction, mode="whole", source=task.source, reads=True, steps=[step]
    )  # fmt: skip


def _merged(steps: tuple[Step, ...]) -> Impact:
    locks: dict[facts.Relation, LockMode] = {}
    for step in steps:
        for lock in step.impact.locks:
            locks[lock.relation] = max(lock.mode, locks.get(lock.relation, lock.mode))
    return Impact(locks=tuple(facts.Lock(relation, mode) for relation, mode in locks.items()))


@dataclass
class _Whole:
    """The tries of one revision that runs whole."""

    run: Run
    task: Task
    execution: int
    key: tuple[str, int]
    impact: Impact
    passage: Passage
    pid: int = 0
    role: str = "none"
    stall: float = 0.0
    worst_wait: float = 0.0
    held: float = 0.0

    def perform(self) -> Harm:
        while True:
            self.run.check()
            targets = [(oid, mode) for oid, _relation, mode in self.run.catalog.locks(self.impact)]
            lock_timeout = self.passage.look(targets)
            live = _Live()
            try:
                with network.noted():
                    self._try(lock_timeout, live)
            except FencedOff:
                raise
            except Exception as error:
                if self._passes(error, live, lock_timeout):
                    return self.harm()
                continue
            for note in live.notes:
                self.run.emit(events.Notice(note))
            return self.harm()

    def harm(self) -> Harm:
        return Harm(self.passage.attempts + 1, self.passage.waited, self.held, self.stall, self.worst_wait)

    def _try(self, lock_timeout: float, live: _Live) -> None:
        with self.task.borrow() as connection:
            self.pid = pid = self._configure(connection, lock_timeout)
            cancel = self._cancel(pid)
            started = self.run.clock.now()
            with (
                _listening(connection, live),
                self.run.stop.cancels(cancel),
                self.run.sampler.window(pid) as stall,
            ):
                try:
                    # As with Alembic, it is begun before: a Session of the revision's joins it, and does not commit it.
                    connection.begin()
                    self.task.live(connection)
                    live.ours = True
                    self._mark(connection)
                    connection.commit()
                finally:
                    self.held = self.run.clock.now() - started
                    self.stall += stall.total
                    self.worst_wait = max(self.worst_wait, stall.worst)

    def _configure(self, connection: sa.Connection, lock_timeout: float) -> int:
        """Session settings, not SET LOCAL: they must outlive a commit of the revision's own. The session is ours."""
        settings = {
            "application_name": PREFIX + self.run.id,
            "lock_timeout": milliseconds(lock_timeout),
            "statement_timeout": "0",
            "idle_in_transaction_session_timeout": "0",
        }
        calls = ", ".join(f"set_config('{name}', {literal.quote(value)}, false)" for name, value in settings.items())
        no_parameters = {"no_parameters": True}
        connection.exec_driver_sql(f"SELECT {calls}", execution_options=no_parameters)
        connection.exec_driver_sql("SET client_connection_check_interval = '500ms'", execution_options=no_parameters)
        pid, self.role = connection.exec_driver_sql("SELECT pg_backend_pid(), current_setting('role')").one()
        connection.commit()
        return int(pid)

    def _cancel(self, pid: int) -> Any:
        def cancel() -> None:
            self.run.watch.connection.execute("SELECT pg_cancel_backend(%s)", [pid])

        return cancel

    def _mark(self, connection: sa.Connection) -> None:
        # The journal is not for whatever role the revision has taken.
        for reset in (
            "SET LOCAL SESSION AUTHORIZATION DEFAULT",
            f"SELECT set_config('role', {literal.quote(self.role)}, true)",
        ):
            connection.exec_driver_sql(reset, execution_options={"no_parameters": True})
        values = self.run.journal.mark_values(self.execution, self.key, "done", UNDO, harm=self.harm())
        text = literal.render(sql.queries("journal")["mark_step"], values, "pyformat")
        if connection.exec_driver_sql(text, execution_options={"no_parameters": True}).first() is None:
            raise FencedOff

    def _state(self) -> str:
        """As the journal has it when the lost session has ended: it may have been about to commit."""
        self.run.await_end(self.pid)
        return self.run.journal.state_of(self.execution, self.key)[0]

    def _passes(self, error: Exception, live: _Live, lock_timeout: float) -> bool:
        """True when the journal says that it is done after all, False when it may be tried again; else it raises."""
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig is not None else error
        sqlstate = recorder.sqlstate(cause)
        broken = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
        kind = retry.classify(sqlstate, broken=broken, stopping=self.run.stop.asked)
        if kind is retry.Class.CONNECTION and self.run.surely(self._state) == "done":
            return True
        self.run.stop.check()
        never = self._never_again(live)
        if kind is retry.Class.FINAL or never:
            raise self._problem(error, cause, never, live) from error
        if isinstance(error, sa.exc.DBAPIError):
            self._look_at(error.statement or "")
        self.passage.failed(_as_psycopg(cause, sqlstate), lock_timeout)
        return False

    def _never_again(self, live: _Live) -> str:
        if live.commits:
            return "it has committed by itself"
        return f"it {network.seen()}" if network.seen() else ""

    def _look_at(self, text: str) -> None:
        """Add what the failed statement wanted to lock to what the gate looks at."""
        more = facts.impact(Statement(text).forms, self.run.version)
        steps = (Step(Kind.TRANSACTION, (), self.impact, UNDO, ""), Step(Kind.TRANSACTION, (), more, UNDO, ""))
        self.impact = _merged(steps)

    def _problem(self, error: Exception, cause: object, never: str, live: _Live) -> errors.SafemigrateError:
        words = (
            diagnosis.server_says(cause)
            if isinstance(cause, psycopg.Error)
            else [("raised", f"{type(cause).__name__}: {cause}")]
        )
        statement = getattr(error, "statement", None)
        if isinstance(statement, str) and statement:
            words.insert(0, ("statement", " ".join(statement.split())[:200]))
        self.run.emit(events.StepFailed(self.passage.title, recorder.sqlstate(cause) or "", str(cause).strip()))
        if never and live.commits:
            return errors.Paused(
                f"revision {self.task.revision} failed, and is not tried again: {never}",
                state="what it had committed is in the database and is not in the journal; the rest was rolled back",
                next="look at what the revision has committed, then mend it so that it can run again, and run again",
                details=words,
            )
        reason = f", and is not tried again: {never}" if never else ""
        return errors.RolledBack(
            f"revision {self.task.revision} failed{reason}", next="mend the cause, then run again", details=words
        )


@contextmanager
def _listening(connection: sa.Connection, live: _Live) -> Iterator[None]:
    def on_execute(cursor: Any, text: str, parameters: Any, context: Any) -> bool:
        return context.root_connection is connection and live.on_execute(cursor, text, parameters, context)

    sa.event.listen(connection, "commit", live.on_commit)
    sa.event.listen(connection.engine, "do_execute", on_execute)
    try:
        yield
    finally:
        sa.event.remove(connection.engine, "do_execute", on_execute)
        sa.event.remove(connection, "commit", live.on_commit)


def _as_psycopg(cause: object, sqlstate: str | None) -> psycopg.Error:
    """*cause* as psycopg would have raised it, whichever driver env.py uses."""
    if isinstance(cause, psycopg.Error):
        return cause
    try:
        kind = psycopg.errors.lookup(sqlstate or "")
    except KeyError:
        kind = psycopg.OperationalError
    return kind(str(cause).strip())
