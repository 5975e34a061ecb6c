"""One ``upgrade``, ``downgrade`` or ``rollback``: Alembic's environment run with our function, as often as it takes.

The environment is run again when the heads moved while we waited for another run, when two processes created the
version table at the same moment, and when env.py's own connection was lost: the journal says what is done by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory

from safemigrate import capture, errors
from safemigrate.capture import recorder, swap
from safemigrate.clock import Clock
from safemigrate.config import Settings
from safemigrate.executor import events, revision
from safemigrate.executor.run import Opening, Run, Tally, open_run
from safemigrate.executor.stop import Stop
from safemigrate.hook.connections import Connections
from safemigrate.hook.release import external, keep_alive, released

RACES = ("42P07", "23505")
"""SQLSTATEs of two processes creating the version table at once: duplicate_table, unique_violation."""

MOST_ENVIRONMENTS = 10
"""How often the environment may be run again before something must be wrong."""


class LookAgain(Exception):
    """What Alembic read before it called us is stale; run the environment again."""


Wanted = Callable[[tuple[str, ...]], Iterable[RevisionStep]]


@dataclass
class Invocation:
    """What the command line hands over. *wanted* maps current heads to Alembic's steps, in order."""

    config: Config
    script: ScriptDirectory
    direction: events.Direction
    target: str
    settings: Settings
    emit: events.Listener
    stop: Stop
    clock: Clock
    wanted: Wanted
    environment: dict[str, Any] = field(default_factory=dict)


@dataclass
class Open:
    """A run and the sessions that belong to it, for one version table."""

    run: Run
    connections: Connections
    reader: capture.Reader


@dataclass
class Migration:
    """The state of one invocation over all its environments (a multidb env.py has several contexts)."""

    invocation: Invocation
    open: dict[str, Open] = field(default_factory=dict)
    unstamped: list[tuple[Run, int, str]] = field(default_factory=list)
    done: int = 0

    def execute(self) -> Tally:
        """Run it to the end; the sums over all runs. Raises what the executor raises."""
        state: Literal["done", "failed", "interrupted"] = "failed"
        try:
            with self.invocation.stop.handling():
                self._environments()
            self._stamped()
            state = "done"
        except errors.Interrupted:
            state = "interrupted"
            raise
        finally:
            for opened in self.open.values():
                opened.reader.close()
                opened.run.close(state)
        return self.tally()

    def tally(self) -> Tally:
        tallies = [opened.run.tally for opened in self.open.values()]
        return Tally(
            self.done,
            sum(tally.steps for tally in tallies),
            max((tally.longest_lock for tally in tallies), default=0.0),
            sum(tally.stall for tally in tallies),
            max((tally.worst_wait for tally in tallies), default=0.0),
        )

    def _environments(self) -> None:
        for _ in range(MOST_ENVIRONMENTS):
            try:
                self._environment()
                return
            except LookAgain:
                continue
            except sa.exc.DBAPIError as error:
                if not _passes(error):
                    raise
                self.invocation.emit(events.Notice("env.py's connection was lost; running the environment again"))
                self.invocation.clock.sleep(0.2)
        raise errors.SafemigrateError(
            f"the version table kept changing: gave up after {MOST_ENVIRONMENTS} looks",
            state="every step that the journal calls done is done",
            next="make sure that nobody else runs migrations, then run again",
        )

    def _environment(self) -> None:
        invocation = self.invocation
        with EnvironmentContext(
            invocation.config, invocation.script, fn=self._steps, as_sql=False, **invocation.environment
        ):
            invocation.script.run_env()

    def _steps(self, heads: Any, context: MigrationContext) -> Iterator[RevisionStep]:
        """Alembic's ``fn``: the steps from *heads*, each with our function in the place of the revision's."""
        check_dialect(context)
        wanted = list(self.invocation.wanted(heads))
        if not wanted:
            return
        with released(context):
            opened = self._opened(context)
        if set(context.get_current_heads()) != set(heads):
            raise LookAgain
        self._reconcile(opened.run, heads)
        opened.run.emit(self._started(opened.run, wanted))
        for index, step in enumerate(wanted, start=1):
            step.migration_fn = self._replacement(context, opened, step, index, len(wanted))
            started = opened.run.clock.now()
            yield step
            with released(context):
                pass
            if not external(context):
                self._stamped()
            self.done += 1
            name = identifier(step)
            opened.run.emit(events.RevisionDone(name, opened.run.clock.now() - started))

    def _reconcile(self, run: Run, heads: Any) -> None:
        """What was killed after its version row was committed and before the journal said so has come to its end."""
        left = run.journal.unfinished()
        if left is None:
            return
        applied = {str(script.revision) for script in self.invocation.script.iterate_revisions(heads, "base")}
        states = {entry.state for entry in run.journal.entries(left.id)}
        if (
            left.state == "started"
            and states <= {"done"}
            and (left.revision in applied) == (left.direction == "upgrade")
        ):
            run.journal.set_execution(left.id, "done")
        elif left.state == "undoing" and states <= {"undone", "kept"} and left.revision not in applied:
            run.journal.set_execution(left.id, "taken back")

    def _started(self, run: Run, wanted: list[RevisionStep]) -> events.RunStarted:
        return events.RunStarted(
            run.id,
            str(run.server["database"]),
            str(run.server["version"]),
            tuple(identifier(step) for step in wanted),
            self.invocation.direction,
        )

    def _opened(self, context: MigrationContext) -> Open:
        connection = context.connection
        assert connection is not None
        scope = scope_of(context)
        place = f"{connection.engine.url!r} {scope}"
        if place not in self.open:
            if not external(context):
                keep_alive(connection)
            self.open[place] = self._open(connection, scope)
        return self.open[place]

    def _open(self, connection: sa.Connection, scope: str) -> Open:
        invocation = self.invocation
        connections = Connections(connection, url=invocation.settings.url)
        run, _waited = open_run(
            Opening(
                connect=connections.session,
                scope=scope,
                settings=invocation.settings,
                clock=invocation.clock,
                emit=invocation.emit,
                stop=invocation.stop,
                direction=invocation.direction,
                target=invocation.target,
                beside=connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one(),
            )
        )
        return Open(run, connections, capture.Reader(connections.borrowed))

    def _replacement(
        self, context: MigrationContext, opened: Open, step: RevisionStep, index: int, total: int
    ) -> Callable[..., None]:
        """What stands in the place of ``upgrade()``: all of the revision's steps. Alembic stamps it afterwards."""
        original = step.migration_fn

        @wraps(original)
        def migrate(**arguments: Any) -> None:
            task = task_of(context, opened.reader, opened.connections, step, partial(original, **arguments))
            with released(context):
                execution = revision.execute(opened.run, task, index, total)
            self.unstamped.append((opened.run, execution, "done"))
            # A connection that was lost meanwhile is found here, before Alembic would meet it in the version table.
            assert context.connection is not None
            context.connection.exec_driver_sql("SELECT 1")

        return migrate

    def _stamped(self) -> None:
        """The version rows are committed: the executions before them have come to their end."""
        for run, execution, state in self.unstamped:
            run.journal.set_execution(execution, state)
        self.unstamped.clear()


def _passes(error: sa.exc.DBAPIError) -> bool:
    """Whether running the environment again can help: a lost connection, or a race for the version table."""
    if error.connection_invalidated:
        return True
    creating = "CREATE TABLE" in (error.statement or "")
    return creating and recorder.sqlstate(error.orig) in RACES


def check_dialect(context: MigrationContext) -> None:
    """Raises BadInput for a database that is not PostgreSQL."""
    if context.dialect.name != "postgresql":
        raise errors.BadInput(
            f"env.py connects to {context.dialect.name}; safemigrate is for PostgreSQL",
            state="nothing was changed",
            next="use alembic for this database",
        )


def scope_of(context: MigrationContext) -> str:
    """What is migrated one at a time: the version table, with its schema."""
    assert context.connection is not None
    schema = context.version_table_schema
    if not schema:
        schema = context.connection.exec_driver_sql("SELECT current_schema()").scalar_one_or_none()
    return f"{schema or ''}.{context.version_table}"


def identifier(step: RevisionStep) -> str:
    return str(step.revision.revision)


def task_of(
    context: MigrationContext,
    reader: capture.Reader,
    connections: Connections,
    step: RevisionStep,
    migrate: Callable[[], Any],
) -> revision.Task:
    """*step* as the executor wants it."""
    script = step.revision
    path = Path(str(script.path))

    def live(connection: sa.Connection) -> None:
        with swap.connection(context, connection):
            migrate()

    return revision.Task(
        revision=script.revision,
        down_revision=tuple(script._versioned_down_revisions),
        message=script.doc or "",
        direction="upgrade" if step.is_upgrade else "downgrade",
        source=hashlib.sha256(path.read_bytes()).hexdigest()[:32],
        options=getattr(script.module, "safemigrate_options", {}),
        capture=lambda declared: reader.capture(migrate, context, str(path), declared=declared),
        borrow=lambda: connections.borrowed("READ COMMITTED"),
        live=live,
    )
