"""One revision in one direction: capture it, plan it, run its steps (or run it whole), and put things back if it fails.

A rerun of what an earlier run left goes on where that stopped: steps that the journal calls done are skipped, and a
done step that the revision no longer contains stops the run with a diff before anything is changed.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace

from safemigrate import errors, facts, plan
from safemigrate.executor import ahead, batched, diagnosis, events, remains, rollback, whole
from safemigrate.executor.deed import Deed, Failed, perform
from safemigrate.executor.run import Run
from safemigrate.executor.task import Task
from safemigrate.journal import Entry, Execution, FencedOff, Harm
from safemigrate.statement import forms
from safemigrate.steps import Kind, Step, Undo


def execute(run: Run, task: Task, index: int = 1, total: int = 1) -> int:
    """Bring the revision to its end; the id of its execution, for the journal's last word once Alembic has stamped it.

    It is number *index* of the *total* of this run. Raises CouldNotLock, RolledBack, Paused, Interrupted,
    AnotherRunActive, BadInput.
    """
    try:
        return run.surely(lambda: _execute(run, task, index, total))
    except FencedOff as error:
        run.fenced = True
        raise errors.AnotherRunActive(
            "another run took over: this one lost the one-at-a-time lock",
            state="nothing was written after that; every step that the journal calls done is done",
            next="safemigrate status shows the other run",
        ) from error


def _execute(run: Run, task: Task, index: int, total: int) -> int:
    with run.using(task.settings(run.settings)):
        before = remains.over(run, task) if run.unsettled or index == 1 else None
        if index == 1:
            batched.forget_images(run)
        if before is not None and before.state == "undoing":
            # First of all: the plan goes by the catalog, which still has what is to be gone.
            rollback.take_back(run, before)
            before = None
        prepared = ahead.prepare(task, run.settings, run.catalog, fresh=run.made)
        chosen = remains.as_planned(run, task, prepared.plan, before) if before else prepared.plan
        run.emit(
            events.RevisionStarted(
                task.revision, task.message, chosen.mode, chosen.why, len(chosen.steps), index, total
            )
        )
        for note in chosen.notes:
            run.emit(events.Notice(note))
        if chosen.mode == "whole":
            return whole.execute(run, task, prepared.captured, chosen.steps, before)
        return _Stepping(run, task, chosen.steps, prepared.captured.reads, before).execute()


@dataclass
class _Stepping:
    """A revision's steps, one after the other."""

    run: Run
    task: Task
    steps: tuple[Step, ...]
    reads: bool
    left: Execution | None
    execution: int = 0
    journalled: dict[tuple[str, int], Entry] = field(default_factory=dict)

    def execute(self) -> int:
        self._begin()
        settings_changed = False
        try:
            for number, step in enumerate(self.steps, start=1):
                settings_changed |= step.kind is Kind.SESSION
                self._surely(number, step)
        except (Failed, errors.CouldNotLock, errors.Interrupted) as error:
            raise self._failed(number, step, error) from error
        finally:
            if settings_changed:
                self._restore_session()
        return self.execution

    def _begin(self) -> None:
        changes = [step for step in self.steps if step.kind is not Kind.SKIPPED]
        journal = self.run.journal
        if self.left is None:
            self.execution = journal.begin(
                self.task.revision,
                self.task.direction,
                mode="steps",
                source=self.task.source,
                reads=self.reads,
                steps=changes,
            )
            return
        self.execution = self.left.id
        self._read_journal()
        self._check_unedited()
        new = [step for step in changes if step.key not in self.journalled]
        journal.adopt(self.execution, source=self.task.source, steps=new)

    def _check_unedited(self) -> None:
        """A done step that the revision no longer has: either it asks the database first, or somebody edited it."""
        assert self.left is not None
        planned = {step.key for step in self.steps}
        gone = [entry for key, entry in self.journalled.items() if key not in planned]
        if not gone or (self.left.reads and self.left.source == self.task.source):
            return
        raise errors.BadInput(
            f"revision {self.task.revision} was edited after some of its steps had been applied",
            state=f"nothing was changed now; {len(self.journalled)} steps of it are applied",
            next="put the applied steps back and safemigrate resume; or safemigrate rollback, then upgrade",
            details=[("applied", entry.title) for entry in gone] + [("diff", self._diff(gone))],
        )

    def _diff(self, gone: list[Entry]) -> str:
        applied = "\n".join(entry.sql for entry in gone).splitlines()
        now = "\n".join(step.sql for step in self.steps if step.key not in self.journalled).splitlines()
        lines = difflib.unified_diff(applied, now, "applied", "in the file now", lineterm="")
        return "\n" + "\n".join(f"    {line}" for line in lines)

    def _surely(self, number: int, step: Step) -> None:
        """:meth:`_step`, again when a session was lost between two of its tries; the journal knows what is done."""
        again = False

        def act() -> None:
            nonlocal again
            if again:
                self._read_journal()
            again = True
            self._step(number, step)

        self.run.surely(act)

    def _read_journal(self) -> None:
        entries = self.run.journal.entries(self.execution)
        self.journalled = {entry.key: entry for entry in entries if entry.state != "planned"}

    def _step(self, number: int, step: Step) -> None:
        self.run.stop.check()
        if step.kind is Kind.SKIPPED:
            self.run.emit(events.StepSkipped(step.title, "; ".join(step.notes) or "every step is its own transaction"))
            return
        if step.kind is Kind.SESSION:
            self._set(step)
            return
        why = self._done_before(step)
        if why:
            self.run.emit(events.StepSkipped(step.title, why))
            return
        run = self.run
        step = self._resolved(step)
        run.emit(events.StepStarted(number, len(self.steps), step.title, step.sql, step.impact.locks))
        started = run.clock.now()
        if step.kind is Kind.BATCHED:
            harm = batched.perform(run, self.execution, step)
        else:
            harm = perform(run, self._deed(step))
        run.tally.steps += 1
        run.emit(
            events.StepDone(
                number,
                step.title,
                run.clock.now() - started,
                held=harm.held,
                waited=harm.waited,
                stall=harm.stall,
                worst_wait=harm.worst_wait,
                attempts=harm.attempts,
            )
        )
        note_created(run, step)

    def _resolved(self, step: Step) -> Step:
        """*step* as the catalog is now; its undo as it was before the step was begun, if it was."""
        entry = self.journalled.get(step.key)
        step = plan.resolve(step, self.run.catalog)
        return replace(step, undo=entry.undo) if entry and entry.state == "intent" and entry.undo else step

    def _done_before(self, step: Step) -> str:
        """Why a step has nothing left to do; "" when it has."""
        entry = self.journalled.get(step.key)
        if entry is not None and entry.state == "done":
            return "done before, says the journal"
        if self._labelled(step) and self.run.journal.was_kept(self.task.revision, step.fingerprint):
            self.run.journal.mark(self.execution, step.key, "done", undo=Undo(keeps=step.undo.keeps))
            return "an enum label that an earlier try has left"
        return ""

    def _labelled(self, step: Step) -> bool:
        """Whether the step does nothing but add enum labels, and they are there."""
        several = [form for statement in step.statements for form in statement.forms]
        if not all(isinstance(form, forms.AddEnumValue) for form in several):
            return False
        types = [(self.run.catalog.type(form.type), form) for form in several if isinstance(form, forms.AddEnumValue)]
        return all(row is not None and form.value in row["labels"] for row, form in types)

    def _deed(self, step: Step) -> Deed:
        """*step* as resolved just now: its undo is what the catalog says before it runs."""
        run, execution, key = self.run, self.execution, step.key

        def mark(harm: Harm, first: str) -> None:
            run.journal.mark(execution, key, "done", undo=step.undo, harm=harm, first=first)

        def intend() -> None:
            with run.work.connection.transaction():
                run.journal.mark(execution, key, "intent", undo=step.undo)

        def withdraw() -> None:
            with run.work.connection.transaction():
                run.journal.mark(execution, key, "planned")

        return Deed(
            title=step.title,
            text=step.sql,
            forms=tuple(form for statement in step.statements for form in statement.forms),
            impact=step.impact,
            transactional=step.kind is Kind.TRANSACTION,
            mark=mark,
            is_done=lambda: run.journal.state_of(execution, key)[0] == "done",
            intend=intend,
            withdraw=withdraw,
            begun=lambda: run.journal.state_of(execution, key)[0] == "intent",
        )

    def _set(self, step: Step) -> None:
        """A setting of the revision's own holds for its further steps, wherever it said LOCAL, and no longer."""
        self.run.work.remember(step.sql)
        if any(isinstance(form, forms.Set) and form.name in ("search_path", "") for form in step.statements[0].forms):
            self.run.watch.remember(step.sql)
            self.run.created.clear()
        self.run.emit(events.Notice(f"{step.title}: holds for the steps of this revision, and no longer"))

    def _restore_session(self) -> None:
        self.run.work.forget()
        self.run.watch.forget()
        self.run.created.clear()
        if self.run.work.broken or self.run.fenced:
            return
        # A new session is the surest way to the settings of before.
        self.run.reconnect(quietly=True)
        path = self.run.work.connection.execute("SELECT current_setting('search_path')").fetchone()
        self.run.watch.connection.execute("SELECT set_config('search_path', %s, false)", path)

    def _failed(
        self, number: int, step: Step, error: Failed | errors.CouldNotLock | errors.Interrupted
    ) -> errors.SafemigrateError:
        """What becomes of the done steps after *error*, and the error to raise."""
        run, place = self.run, f"step {number} of {len(self.steps)} of revision {self.task.revision}"
        if isinstance(error, Failed):
            state, message = error.error.sqlstate or "", error.error.diag.message_primary or str(error.error)
            run.emit(events.StepFailed(step.title, state, message))
        problem = diagnosis.explain(run, step, place, error)
        execution = run.journal.execution(self.execution)
        return rollback.settle(run, execution, problem)


def note_created(run: Run, step: Step) -> None:
    """Remember the relations that a done step has made: in this run nobody else can be using them yet.

    By the names that the steps use. A name that may mean something else from now on is forgotten.
    """
    created = run.created
    for form in (form for statement in step.statements for form in statement.forms):
        match form:
            case forms.CreateTable(if_not_exists=False, temporary=False):
                created.add(str(form.relation))
                if row := run.catalog.relation(form.relation):
                    run.made.add(row["oid"])
            case forms.RenameRelation():
                new = str(facts.Relation(form.new, form.relation.schema))
                (created.add if str(form.relation) in created else created.discard)(new)
                created.discard(str(form.relation))
            case forms.DropTable():
                created.discard(str(form.relation))
            case forms.SetSchema() | forms.Do() | forms.Unknown():
                created.clear()
