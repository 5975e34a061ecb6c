"""What doing a batched step and taking it back have in common: its place in the journal, its transactions on the
working session, and who is in the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg

from safemigrate.backfill import run as batches
from safemigrate.backfill.ranges import Place
from safemigrate.backfill.spec import Spec
from safemigrate.executor import deed as deeds
from safemigrate.executor import retry, session
from safemigrate.executor.crew import LOCK_TIMEOUT
from safemigrate.executor.passage import Passage
from safemigrate.executor.run import Run
from safemigrate.facts import Impact, LockMode
from safemigrate.journal import Entry, Harm
from safemigrate.locks import inspect
from safemigrate.steps import Batch, Undo

Outcome = TypeVar("Outcome")

OPENING = session.opening(lock_timeout=LOCK_TIMEOUT)


@dataclass
class BatchedWork:
    """One step on its way there or back. *back* is its undo, which is journalled when it begins."""

    run: Run
    execution: int
    entry: Entry
    back: Undo = field(default_factory=Undo)
    passage: Passage = field(init=False)
    place: Place = field(init=False)
    spec: Spec = field(init=False)
    harm: Harm = field(default_factory=Harm)

    def __post_init__(self) -> None:
        self.passage = Passage(self.run, self.entry.title)
        self.place = Place(self.run.id, self.execution, *self.entry.key)

    @property
    def connection(self) -> psycopg.Connection[Any]:
        return self.run.work.connection

    @property
    def batch(self) -> Batch:
        return self.entry.batch or Batch()

    def transaction(self, act: Callable[[], Outcome]) -> Outcome:
        """*act* in a transaction of the working session, until its locks are to be had."""
        run = self.run
        self.passage.went_on()
        while True:
            try:
                run.check()
                with run.stop.cancels(self.connection.cancel_safe):
                    run.work.execute(OPENING)
                    outcome = act()
                    run.work.commit()
                return outcome
            except psycopg.Error as error:
                self.after(error)
            except BaseException:
                run.work.abandon()
                raise

    def after(self, error: psycopg.Error) -> None:
        """Put the working session right after *error*; it is raised where trying again would meet the same."""
        run = self.run
        if run.lost(error):
            raise error
        run.work.abandon()
        run.stop.check()
        kind = retry.classify(error.sqlstate, broken=False)
        if kind not in (retry.Class.LOCK, retry.Class.CONFLICT):
            raise self.failed(error) from error
        self.passage.failed(error, LOCK_TIMEOUT)

    def mark(self, state: str) -> None:
        undo = self.back if state == "intent" else None
        self.run.journal.mark(self.execution, self.entry.key, state, undo=undo, harm=self.harm)

    def holders(self) -> list[inspect.Blocker]:
        pids = batches.holders(self.connection, self.spec, self.place)
        below = [row["oid"] for row in self.run.catalog.rows("descendants", oid=self.spec.oid)]
        found = inspect.blockers(
            self.run.watch.connection,
            [(oid, LockMode.EXCLUSIVE) for oid in (self.spec.oid, *below)],
            ignore=self.own(),
            redact=self.run.settings.redact_queries,
        )
        return [blocker for blocker in found if blocker.pid in pids] or found

    def own(self) -> list[int]:
        return [self.run.work.pid, self.run.watch.pid]

    def failed(self, error: psycopg.Error) -> deeds.Failed:
        """What to raise for an *error* that trying again would meet again."""
        return deeds.Failed(self.deed(), error)

    def deed(self) -> deeds.Deed:
        """The step in one piece, as errors speak of it."""
        return deeds.Deed(
            title=self.entry.title,
            text=self.entry.sql,
            forms=(),
            impact=Impact(),
            transactional=True,
            mark=lambda _harm, _first: None,
            is_done=lambda: False,
        )
