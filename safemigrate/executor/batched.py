"""A BATCHED step: one UPDATE or DELETE in many short transactions, each with its row in the journal.

Begun, the step is 'intent' in the journal: its ranges and the table of its before-images are made in the transaction
that says so. Then passes over its ranges, visits to what others had locked, and 'done'. Killed anywhere, it goes on
from its ranges; taken back, from its image.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import psycopg

from safemigrate import errors, sql
from safemigrate.backfill import keyset, ranges, spec, throttle
from safemigrate.backfill import run as batches
from safemigrate.backfill.spec import Spec
from safemigrate.backfill.vacuum import Vacuum
from safemigrate.executor import deed as deeds
from safemigrate.executor import diagnosis, events
from safemigrate.executor.batched_back import Back
from safemigrate.executor.batched_work import OPENING, BatchedWork
from safemigrate.executor.crew import Crew
from safemigrate.executor.run import Run
from safemigrate.executor.sampler import Stall
from safemigrate.facts import LockMode
from safemigrate.journal import Entry, Execution, Harm
from safemigrate.locks import inspect
from safemigrate.statement import read
from safemigrate.steps import Step

PIECES = 4
"""Ranges for each worker, so that none of them is left alone with the last one for long."""

_GONE = ("42P01", "42703")
"""No such table, no such column."""

MOST_PASSES = 4
"""The pass over all that was there, and those over what came in meanwhile."""


def perform(run: Run, execution: int, step: Step) -> Harm:
    """Begin the step or go on with it, to its end. Raises Failed, CouldNotLock, Interrupted, FencedOff, Paused."""
    key = step.fingerprint, step.occurrence
    entry = next(entry for entry in run.journal.entries(execution) if entry.key == key)
    if entry.state == "done":
        return Harm()
    return _Step(run, execution, entry, step.undo).perform()


def forget_images(run: Run) -> None:
    """Drop the images of steps that are over for longer than images are kept."""
    values = {"scope": run.scope, "older": run.settings.keep_images}
    for (name,) in run.work.connection.execute(sql.queries("backfill")["old_images"], values).fetchall():
        # Somebody who reads it, a dump say, is not waited for: the next run is soon enough.
        with contextlib.suppress(psycopg.errors.LockNotAvailable, psycopg.errors.InsufficientPrivilege):
            run.work.execute(f"DROP TABLE IF EXISTS {spec.quoted('safemigrate', name)}")


@dataclass
class _Step(BatchedWork):
    """One step on its way; *skipped* rows of its last pass were locked by others."""

    vacuum: Vacuum = field(init=False)
    skipped: int = 0
    throttled_since: float | None = None
    said: float = -1.0
    told: set[str] = field(default_factory=set)
    pace: list[tuple[float, int]] = field(default_factory=list)

    def perform(self) -> Harm:
        try:
            return self._perform()
        except deeds.Failed as error:
            raise self._paused(error) or error from error
        except errors.BadInput as error:
            raise self._pause(error.what, []) from error
        finally:
            # Its locks on rows are its own figure; the run's is about locks that stop a whole table.
            self.run.tally.add(replace(self.harm, held=0.0))

    def _perform(self) -> Harm:
        self.spec = self.transaction(self._begun)
        self.vacuum = Vacuum(self.spec.oid, self.run.settings.vacuum_dead)
        self.vacuum.begin(self.connection)
        try:
            while True:
                self._pass()
                self._visit_again()
                if not self.transaction(self._once_more):
                    break
        except batches.StillMatching:
            return self._as_written()
        self.transaction(lambda: self.mark("done"))
        return self.harm

    def _as_written(self) -> Harm:
        """Without a key only the condition tells what is done, and here it does not: all in one transaction, if that
        is still to be had.
        """
        run = self.run
        text = f"{self.entry.title}: the table has no key, and changed rows meet the condition all the same"
        if any(part.rows_changed for part in ranges.read(self.connection, self.place)):
            raise self.failed(psycopg.DataError(text))
        run.emit(events.Notice(f"{text}; it is done as written, in one transaction"))
        several = read.forms(self.entry.sql)

        def mark(harm: Harm, first: str) -> None:
            run.journal.mark(self.execution, self.entry.key, "done", harm=harm, first=first)

        deed = replace(self.deed(), forms=several, impact=run.catalog.impact(several), mark=mark)
        is_done = lambda: run.journal.state_of(self.execution, self.entry.key)[0] == "done"  # noqa: E731
        return deeds.perform(run, replace(deed, is_done=is_done))

    def _begun(self) -> Spec:
        """What the statement means now; at the very beginning its image and its ranges are made as well."""
        image = spec.image_name(self.execution, self.entry.ordinal)
        found = spec.read(self.connection, self.entry.sql, self.batch, image)
        if self.run.journal.state_of(self.execution, self.entry.key)[0] == "planned":
            self.mark("intent")
            if found.image:
                self._make_image(found)
            workers = self.run.settings.workers
            ranges.add(self.connection, self.place, 1, found, workers * PIECES if workers > 1 else 1)
        return found

    def _make_image(self, found: Spec) -> None:
        """The image's table, which nobody else may read, whatever is granted by default: it has what the table has."""
        image = spec.quoted(*found.image)
        self.run.work.execute(f"CREATE TABLE {image} AS {keyset.image_query(found)} WITH NO DATA")
        granted = self.connection.execute(sql.queries("backfill")["grantees"], {"name": image}).fetchall()
        for (grantee,) in granted:
            self.run.work.execute(f"REVOKE ALL ON {image} FROM {grantee}")

    def _once_more(self) -> bool:
        """Whether there is to be another pass, which is then journalled; over what came in meanwhile."""
        done = ranges.read(self.connection, self.place)
        write = self.spec.write
        telling = self.spec.by_place or (write.condition and not write.others)
        if not done or not telling or any(part.rows_still for part in done):
            return False
        if not keyset.remain(self.connection, self.spec, 1):
            return False
        number = max(part.pass_ for part in done) + 1
        if self.spec.by_place and self.skipped:
            self.passage.wait_for(self.holders(), 0.1, f"{self.skipped} rows were locked by others")
        elif number > MOST_PASSES:
            left = keyset.remain(self.connection, self.spec, 1000)
            many = "1000 or more" if left >= 1000 else str(left)
            self.run.emit(events.Notice(f"{many} rows that came in meanwhile meet the condition; they are left alone"))
            return False
        ranges.add(self.connection, self.place, number, self.spec, self.run.settings.workers)
        return True

    # -- the passes

    def _pass(self) -> None:
        left = [part for part in ranges.read(self.connection, self.place) if not part.finished]
        if not left:
            return
        run = self.run
        crew = self._crew(min(run.settings.workers, len(left)))
        try:
            with run.sampler.window(crew.pids) as stall, run.stop.cancels(crew.cancel):
                try:
                    crew.begin(left)
                    self._watch_over(crew, stall)
                finally:
                    crew.stop()
                    self.skipped = crew.tally.skipped
                    self.harm = Harm(
                        self.harm.attempts + crew.tally.attempts - 1,
                        self.passage.waited,
                        max(self.harm.held, crew.tally.held),
                        self.harm.stall + stall.total,
                        max(self.harm.worst_wait, stall.worst),
                    )
        finally:
            crew.close()

    def _crew(self, count: int) -> Crew:
        """Workers with a session each, as soon as the server has one to spare."""
        run, began = self.run, self.run.clock.now()
        while True:
            try:
                return Crew(run, self.spec, self.place, count, self.vacuum)
            except psycopg.OperationalError as error:
                run.work.execute("SELECT 1")  # Raises when it is the server that is gone.
                if run.clock.now() - began >= run.settings.lock_patience:
                    what = f"{self.entry.title} stands still: no session is to be had for it"
                    raise self._pause(what, [("server", str(error).strip())]) from error
                run.check()
                run.clock.sleep(0.2)

    def _watch_over(self, crew: Crew, stall: Stall) -> None:
        run = self.run
        throttles = throttle.Throttles(
            run.settings, run.watch.connection, run.scope, lambda: tuple(crew.pids), run.clock
        )  # fmt: skip
        before = sum(part.rows_changed for part in ranges.read(self.connection, self.place))
        losses = 0
        try:
            while not crew.wait(0.05):
                try:
                    run.check()
                    throttles.connection = run.watch.connection
                    reason = throttles.reason()
                    settings, others = run.settings, throttles.others()
                    rest = throttle.nice(1.0, others, settings.batch_pause)
                    crew.hold(reason, rest, throttle.brief(settings.batch_target, others), stall.total)
                    self._told(throttles.unseen)
                    self._say(crew, reason, before)
                    if crew.tally.blocked:
                        self._blocked(crew)
                except psycopg.OperationalError as error:
                    if not run.watch.broken:
                        raise self.failed(error) from error
                for notice in crew.notices():
                    run.emit(events.Notice(notice))
                if crew.tally.losses > losses:
                    losses = crew.tally.losses
                    run.emit(events.Notice("a session of the batches was lost and is back"))
                if not crew.tally.blocked:
                    self.passage.went_on()
        except psycopg.Error as error:
            raise self.failed(error) from error
        total = max(self.spec.rows, before + crew.tally.scanned)
        run.emit(events.Progress(self.entry.title, total, total))

    def _told(self, notice: str) -> None:
        """Say it once."""
        if notice and notice not in self.told:
            self.told.add(notice)
            self.run.emit(events.Notice(notice))

    def _say(self, crew: Crew, reason: str, before: int) -> None:
        """Once a second how far it is, of which *before* was done by earlier passes or runs; or why it holds."""
        run, now = self.run, self.run.clock.now()
        self.throttled_since = (self.throttled_since or now) if reason else None
        if now - self.said < 1:
            return
        self.said = now
        if self.throttled_since is not None:
            run.emit(events.Throttled(reason, now - self.throttled_since))
            return
        done = before + crew.tally.scanned
        self.pace = [*self.pace, (now, done)][-10:]
        (since, then), total = self.pace[0], max(self.spec.rows, done)
        rate = (done - then) / (now - since) if now > since else 0.0
        run.emit(events.Progress(self.entry.title, done, total, rate, (total - done) / rate if rate else None))

    # -- what others had locked

    def _blocked(self, crew: Crew) -> None:
        """Workers wait in vain: for the table, or for what a constraint or a trigger needs, such as another's row."""
        what, found = "the table was locked", self._holding([(self.spec.oid, LockMode.ROW_EXCLUSIVE)])
        if not found:
            what = "what a batch needs was locked"
            query, values = sql.queries("backfill")["in_the_way"], {"pids": crew.pids}
            seen = self.run.watch.connection.execute(query, values).fetchall()
            if any(pid in crew.pids for pid, _ in seen):
                return self.passage.went_on()  # It is a worker of ours, and its batch ends.
            tables = [(oid, LockMode.ACCESS_EXCLUSIVE) for _, oid in seen]
            found = [each for each in self._holding(tables) if (each.pid, each.oid) in seen]
        self.passage.wait_for(found, 0.05, what)

    def _holding(self, tables: Sequence[tuple[int, LockMode]]) -> list[inspect.Blocker]:
        connection, redact = self.run.watch.connection, self.run.settings.redact_queries
        return inspect.blockers(connection, tables, ignore=self.own(), redact=redact)

    def _visit_again(self) -> None:
        """Again to the rows that were locked, until none of them is left."""
        run = self.run
        self.passage.went_on()
        while before := batches.skipped(self.connection, self.place):
            after: keyset.Key | None = None
            while keys := self._visit(after):
                after = keys[-1]
            if batches.skipped(self.connection, self.place) < before:
                self.passage.went_on()
            else:
                self.passage.wait_for(self.holders(), 0.1, f"{before} rows were locked by others")
            run.check()
        self.harm = replace(self.harm, waited=self.passage.waited)

    def _visit(self, after: keyset.Key | None) -> Sequence[keyset.Key]:
        run = self.run
        while True:
            try:
                with run.stop.cancels(self.connection.cancel_safe):
                    return batches.visit_again(self.connection, OPENING, self.spec, self.place, after)[0]
            except psycopg.Error as error:
                self.after(error)

    # -- what goes wrong

    def _paused(self, error: deeds.Failed) -> errors.Paused | None:
        """A full disk and its like say nothing against the statement: what is done is kept. So it is where its table or
        a column is gone: what is done could not be put back either.
        """
        state = error.error.sqlstate or ""
        if state in _GONE:
            try:
                self.transaction(self._begun)
            except errors.BadInput as gone:
                return self._pause(gone.what, diagnosis.server_says(error.error))
        if not state.startswith(("53", "58")):
            return None
        return self._pause(f"{self.entry.title} stands still", diagnosis.server_says(error.error))

    def _pause(self, what: str, details: list[tuple[str, str]]) -> errors.Paused:
        self.run.emit(events.StepFailed(self.entry.title, "", what))
        self.run.journal.set_execution(self.execution, "paused", what)
        return errors.Paused(
            what,
            state="the batches that are done are kept and journalled; nothing else was changed",
            next="mend the cause and safemigrate resume, or safemigrate rollback",
            details=details,
        )


def take_back(run: Run, execution: Execution, entry: Entry) -> None:
    """Restore what the step changed, from its before-images; again after a loss, from where it stands.

    Raises Failed, CouldNotLock, Interrupted, FencedOff, BadInput.
    """
    Back(run, execution.id, entry).take_back()


def lost_images(run: Run, execution: Execution, entry: Entry) -> str:
    """What taking the step back cannot bring back because its image is gone; "" for nothing."""
    return "its before-images are not kept any more" if Back(run, execution.id, entry).lost_images else ""
