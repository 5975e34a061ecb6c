"""Take back what the journal knows how to take back: a half-done revision, or the newest completed one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep

from safemigrate import errors
from safemigrate.executor import events, rollback
from safemigrate.executor.run import Run
from safemigrate.hook.migration import LookAgain, Migration, Open, check_dialect
from safemigrate.hook.release import external, released
from safemigrate.journal import Execution


@dataclass
class TakingBack(Migration):
    """``safemigrate rollback [REVISION]``. Without a revision: what an earlier run left half-done."""

    revision: str = ""
    accept_loss: bool = False

    def _steps(self, heads: Any, context: MigrationContext) -> Iterator[RevisionStep]:
        check_dialect(context)
        with released(context):
            opened = self._opened(context)
        if set(context.get_current_heads()) != set(heads):
            raise LookAgain
        opened.run.surely(partial(self._reconcile, opened.run, heads))
        unfinished = opened.run.journal.unfinished()
        if unfinished is not None and unfinished.revision in heads and unfinished.direction == "upgrade":
            # It was complete, and taking it back was cut off before the version row was written.
            yield from self._completed(context, opened, unfinished)
            return
        if unfinished is not None:
            self._only(unfinished)
            with released(context):
                self._half_done(opened.run, unfinished)
            return
        if not self.revision:
            raise errors.BadInput(
                "nothing is half done, so there is nothing to roll back",
                state="nothing was changed",
                next=f"safemigrate rollback {' or '.join(heads) or 'REVISION'} takes the newest revision back",
            )
        yield from self._completed(context, opened, self._newest(opened.run, heads))

    def _only(self, unfinished: Execution) -> None:
        wanted = self._resolved() if self.revision else unfinished.revision
        if wanted != unfinished.revision:
            raise errors.BadInput(
                f"{unfinished.direction} of revision {unfinished.revision} is half done: it has to be taken back first",
                state="nothing was changed",
                next="safemigrate rollback, without a revision",
            )

    def _resolved(self) -> str:
        script = self.invocation.script.get_revision(self.revision)
        return str(script.revision) if script else self.revision

    def _half_done(self, run: Run, execution: Execution) -> None:
        self._started_one(run, execution)
        kept = self._take_back(run, execution, "undone")
        for line in kept:
            run.emit(events.Notice(f"stays behind: {line}"))
        self.done += 1

    def _started_one(self, run: Run, execution: Execution) -> None:
        server = run.server
        database, version = str(server["database"]), str(server["version"])
        run.emit(events.RunStarted(run.id, database, version, (execution.revision,), "rollback"))

    def _take_back(self, run: Run, execution: Execution, final: str) -> list[str]:
        lost = rollback.losses(run, execution)
        if lost and not self.accept_loss:
            raise errors.BadInput(
                f"taking revision {execution.revision} back cannot bring everything back",
                state="nothing was changed",
                next=f"safemigrate {' '.join(['rollback', *filter(None, [self.revision])])} --accept-loss "
                "takes back what can be; "
                "or safemigrate downgrade, if the revision has one",
                details=[("is lost", line) for line in lost],
            )
        for line in lost:
            run.emit(events.Notice(f"cannot come back: {line}"))
        return rollback.take_back(run, execution, accept_loss=True, final=final)

    def _completed(self, context: MigrationContext, opened: Open, execution: Execution) -> Iterator[RevisionStep]:
        script = self.invocation.script
        # Not downgrade_from_script, which wants a downgrade() in the file: it is not run.
        step = MigrationStep.upgrade_from_script(script.revision_map, script.get_revision(execution.revision))
        step.is_upgrade = False
        step.migration_fn = self._taking_back(context, opened.run, execution)
        yield step
        with released(context):
            pass
        if not external(context):
            self._stamped(opened.run)
        self.done += 1

    def _newest(self, run: Run, heads: Any) -> Execution:
        revision = self._resolved()
        if revision not in heads:
            raise errors.BadInput(
                f"revision {revision} is not the newest: only a current head can be taken back",
                state="nothing was changed",
                next=f"safemigrate rollback {' or '.join(heads)}",
            )
        execution = run.journal.newest(revision, ["upgrade", "downgrade"])
        if execution is None or execution.direction != "upgrade" or execution.state != "done":
            raise errors.BadInput(
                f"the journal does not know how revision {revision} was applied",
                state="nothing was changed",
                next="safemigrate downgrade -1, if the revision has a downgrade()",
            )
        return execution

    def _taking_back(self, context: MigrationContext, run: Run, execution: Execution) -> Callable[..., None]:
        def downgrade(**_arguments: Any) -> None:
            self._started_one(run, execution)
            with released(context):
                kept = self._take_back(run, execution, "undoing")
            for line in kept:
                run.emit(events.Notice(f"stays behind: {line}"))
            self.unstamped.append((run, execution.id, "taken back"))

        return downgrade
