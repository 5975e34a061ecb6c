"""One ``upgrade``, ``downgrade`` or ``rollback``: Alembic's environment run with our function, as often as it takes.

The environment is run again when the heads moved while we waited for another run, when two processes created the
version table at the same moment, and when env.py's own connection was lost: the journal says what is done by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import Any

import psycopg
import psycopg.sql
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory

from safemigrate import capture, errors
from safemigrate.capture import recorder, swap
from safemigrate.clock import Clock
from safemigrate.config import Settings
from safemigrate.executor import events, remains, revision
from safemigrate.executor.run import Opening, Run, Tally, open_run
from safemigrate.executor.stop import Stop
from safemigrate.executor.task import Task
from safemigrate.hook import refusal, untimed
from safemigrate.hook.connections import Connections
from safemigrate.hook.release import committed, external, keep_alive, released
from safemigrate.journal import Execution, Journal

RACES = ("42P07", "23505")
"""SQLSTATEs of two processes creating the version table at once: duplicate_table, unique_violation."""

MOST_ENVIRONMENTS = 10
"""How often the environment may be run again before something must be wrong."""


_ENDS: Mapping[type[errors.SafemigrateError], str] = {
    errors.Interrupted: "interrupted",
    errors.Paused: "paused",
    errors.RolledBack: "rolled back",
}
"""What the journal calls a run that ended with such an error; any other has failed."""


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
    version_table: psycopg.sql.Identifier


@dataclass
class Migration:
    """The state of one invocation over all its environments (a multidb env.py has several contexts)."""

    invocation: Invocation
    open: dict[str, Open] = field(default_factory=dict)
    unstamped: list[tuple[Run, int, str]] = field(default_factory=list)
    done: int = 0

    def execute(self) -> Tally:
        """Run it to the end; the sums over all runs. Raises what the executor raises."""
        state = "failed"
        try:
            with self.invocation.stop.handling():
                self._environments()
            self._committed_outside()
            state = "done"
        except errors.SafemigrateError as error:
            state = _ENDS.get(type(error), state)
            raise
        finally:
            for opened in self.open.values():
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
        ) as environment:
            try:
                with untimed.connections():
                    invocation.script.run_env()
            except sa.exc.DBAPIError as error:
                problem = refusal.explained(error, environment)
                if problem is None:
                    raise
                raise problem from error

    def _steps(self, heads: Any, context: MigrationContext) -> Iterator[RevisionStep]:
        """Alembic's ``fn``: the steps from *heads*, each with our function in the place of the revision's."""
        check_dialect(context)
        wanted = self._wanted(heads)
        if not wanted:
            with released(context):
                self._check_nothing_half_done(context, heads)
            return
        with released(context):
            opened = self._opened(context)
        if set(context.get_current_heads()) != set(heads):
            raise LookAgain
        opened.run.surely(partial(self._reconcile, opened.run, heads))
        opened.run.emit(self._started(opened.run, wanted))
        for index, step in enumerate(wanted, start=1):
            step.migration_fn = self._replacement(context, opened, step, index, len(wanted))
            started = opened.run.clock.now()
            yield step
            with committed(context):
                pass
            if not external(context):
                self._stamped(opened.run)
            self.done += 1
            name = identifier(step)
            opened.run.emit(events.RevisionDone(name, opened.run.clock.now() - started))
        opened.reader.close()

    def _wanted(self, heads: Any) -> list[RevisionStep]:
        """Alembic reads the revision files now; what is wrong with one of them shows here, before anything ran."""
        with refusal.reading_revisions():
            return list(self.invocation.wanted(heads))

    def _reconcile(self, run: Run, heads: Any) -> None:
        """What was killed after its version row was committed and before the journal said so has come to its end."""
        left_over = run.journal.all_unfinished()
        applied = self._applied(heads) if left_over else set()
        for left in left_over:
            if end := _end_of(run.journal, left, applied):
                run.journal.set_execution(left.id, end)

    def _check_nothing_half_done(self, context: MigrationContext, heads: Any) -> None:
        """Where the version table says that there is nothing to do, the journal may know better."""
        assert context.connection is not None
        with Connections(context.connection, url=self.invocation.settings.url).session() as connection:
            journal = Journal(connection, scope_of(context), "")
            try:
                left_over = journal.all_unfinished() if journal.exists() else []
            except errors.BadInput:
                return  # A role that may not read the journal may still ask for nothing.
            applied = self._applied(heads) if left_over else set()
            for left in left_over:
                if not _end_of(journal, left, applied):
                    raise remains.half_done(left)

    def _applied(self, heads: Iterable[str]) -> set[str]:
        """Every revision that is in force when *heads* are the version rows."""
        return {str(script.revision) for script in self.invocation.script.iterate_revisions(tuple(heads), "base")}

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
            self.open[place] = self._open(connection, scope, version_table(context))
        opened = self.open[place]
        # When the environment is run again, it has another connection.
        opened.connections.beside = connection
        opened.run.beside = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        if not external(context):
            keep_alive(connection)
        return opened

    def _open(self, connection: sa.Connection, scope: str, versions: psycopg.sql.Identifier) -> Open:
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
            )
        )
        return Open(run, connections, capture.Reader(connections.read_only), versions)

    def _replacement(
        self, context: MigrationContext, opened: Open, step: RevisionStep, index: int, total: int
    ) -> Callable[..., None]:
        """What stands in the place of ``upgrade()``: all of the revision's steps. Alembic stamps it afterwards."""
        original = step.migration_fn

        @wraps(original)
        def migrate(**arguments: Any) -> None:
            task = task_of(context, opened.reader, opened.connections, step, partial(original, **arguments))
            try:
                with committed(context):
                    execution = revision.execute(opened.run, task, index, total)
            except BaseException:
                # Here, and not when everything is over: an asynchronous driver's session ends only within its loop.
                opened.reader.close()
                raise
            self.unstamped.append((opened.run, execution, "done"))

        return migrate

    def _stamped(self, run: Run) -> None:
        """The version rows of *run* are committed: the executions before them have come to their end."""
        for each in [each for each in self.unstamped if each[0] is run]:
            _run, execution, state = each
            run.surely(partial(run.journal.set_execution, execution, state))
            self.unstamped.remove(each)

    def _committed_outside(self) -> None:
        """Where env.py began the transaction itself, only now can be seen whether it committed the version rows."""
        waiting = {run.id for run, _execution, _state in self.unstamped}
        for opened in self.open.values():
            if opened.run.id in waiting:
                self._check_committed(opened)
                self._stamped(opened.run)

    def _check_committed(self, opened: Open) -> None:
        query = psycopg.sql.SQL("SELECT version_num FROM {}").format(opened.version_table)
        try:
            rows = opened.run.watch.connection.execute(query).fetchall()
        except psycopg.errors.UndefinedTable:
            rows = []
        applied = self._applied([row[0] for row in rows])
        missing = [
            execution.revision
            for execution in opened.run.journal.all_unfinished()
            if execution.run == opened.run.id and (execution.revision in applied) != _is_to_apply(execution)
        ]
        if missing:
            raise errors.SafemigrateError(
                f"env.py ended without committing the version rows of {', '.join(reversed(missing))}",
                state="every step of these revisions is done and journalled; the version table does not say so",
                next="let env.py commit (it began a transaction itself, before context.configure() or around it), "
                "then run again: nothing is done twice",
            )


def _passes(error: sa.exc.DBAPIError) -> bool:
    """Whether running the environment again can help: a lost connection, or a race for the version table."""
    if error.connection_invalidated:
        return True
    creating = "CREATE TABLE" in (error.statement or "")
    return creating and recorder.sqlstate(error.orig) in RACES


def _end_of(journal: Journal, left: Execution, applied: set[str]) -> str:
    """The state in which *left* has ended, though the journal does not say so yet; "" where it has not."""
    if journal.is_complete(left) and (left.revision in applied) == (left.direction == "upgrade"):
        return "done"
    states = {entry.state for entry in journal.entries(left.id)}
    if left.state == "undoing" and states <= {"undone", "kept"} and left.revision not in applied:
        return "taken back"
    return ""


def _is_to_apply(execution: Execution) -> bool:
    return execution.direction == "upgrade" and execution.state != "undoing"


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


def version_table(context: MigrationContext) -> psycopg.sql.Identifier:
    """The version table's name, as it is to be found from the outside."""
    assert context.connection is not None
    schema = context.version_table_schema
    translated = context.connection.get_execution_options().get("schema_translate_map") or {}
    parts = [translated.get(schema, schema), context.version_table]
    return psycopg.sql.Identifier(*(part for part in parts if part))


def identifier(step: RevisionStep) -> str:
    return str(step.revision.revision)


def task_of(
    context: MigrationContext,
    reader: capture.Reader,
    connections: Connections,
    step: RevisionStep,
    migrate: Callable[[], Any],
) -> Task:
    """*step* as the executor wants it."""
    script = step.revision
    path = Path(str(script.path))
    as_before = swap.memory(context)

    def run() -> None:
        as_before()
        try:
            migrate()
        except SystemExit as exit_:
            # It would end us, with an exit code that means something else.
            raise RuntimeError(f"the revision called sys.exit({exit_.code!r})") from exit_

    def live(connection: sa.Connection) -> None:
        with swap.connection(context, connection):
            run()

    return Task(
        revision=script.revision,
        down_revision=tuple(script._versioned_down_revisions),
        message=script.doc or "",
        direction="upgrade" if step.is_upgrade else "downgrade",
        source=hashlib.sha256(path.read_bytes()).hexdigest()[:32],
        options=getattr(script.module, "safemigrate_options", {}),
        capture=lambda declared: reader.capture(run, context, str(path), declared=declared),
        borrow=lambda: connections.borrowed("READ COMMITTED"),
        live=live,
    )
