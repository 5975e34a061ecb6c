"""``upgrade``, ``downgrade``, ``stamp``, ``resume`` and ``rollback``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from safemigrate import console, errors
from safemigrate.cli import pause
from safemigrate.clock import SystemClock
from safemigrate.config import Settings
from safemigrate.executor import events
from safemigrate.executor.run import Tally
from safemigrate.executor.stop import Stop
from safemigrate.hook import look
from safemigrate.hook.migration import Invocation, Migration
from safemigrate.hook.rollback import TakingBack
from safemigrate.journal import Execution, Journal, Run


def upgrade(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    if options.sql:
        command.upgrade(cfg, options.revision, sql=True, tag=options.tag)
        return errors.ExitCode.OK
    return _run(cfg, options, settings, "upgrade", _single(options.revision))


def downgrade(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    if options.sql:
        command.downgrade(cfg, options.revision, sql=True, tag=options.tag)
        return errors.ExitCode.OK
    return _run(cfg, options, settings, "downgrade", _single(options.revision))


def _single(revision: str) -> str:
    if ":" in revision:
        raise CommandError("Range revision not allowed")
    return revision


def stamp(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    """Alembic's own, while nobody migrates."""
    with ExitStack() as stack:
        if not options.sql:
            listen = stack.enter_context(console.listener(settings.output, sys.stdout))
            emit: events.Listener = (lambda _event: None) if options.quiet else listen
            stack.enter_context(look.leased(cfg, ScriptDirectory.from_config(cfg), settings, emit))
        command.stamp(cfg, options.revisions, sql=options.sql, tag=options.tag, purge=options.purge)
    return errors.ExitCode.OK


def resume(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    """Let paused batches go on; where no run is active, go on to where the one that was interrupted was going."""
    script = ScriptDirectory.from_config(cfg)
    lifted, goes_on = pause.lift(cfg, script, options, settings)
    if goes_on:
        return errors.ExitCode.OK
    found = unfinished(cfg, script, settings)
    if found is None:
        pause.say(options, settings, "nothing is half done, so there is nothing to resume")
        nothing = options.detailed_exit_code and not lifted
        return errors.ExitCode.NOTHING_TO_DO if nothing else errors.ExitCode.OK
    execution, run = found
    return _run(cfg, options, settings, execution.direction, _target(execution, run))


def _target(execution: Execution, run: Run | None) -> str:
    """The target of the run; a relative one was relative to what is no more, so then only the revision's own end."""
    target = run.target if run else ""
    if target and target[0] not in "+-" and "@" not in target and run and run.direction == execution.direction:
        return target
    return execution.revision if execution.direction == "upgrade" else f"{execution.revision}-1"


def unfinished(cfg: Config, script: ScriptDirectory, settings: Settings) -> tuple[Execution, Run | None] | None:
    """What is half done, and the run that left it so."""
    found: list[tuple[Execution, Run | None]] = []

    def visit(_heads: tuple[str, ...], context: Any, _arguments: Mapping[str, Any]) -> None:
        with look.beside(context, settings) as (connections, _reader), connections.session() as connection:
            journal = Journal(connection, look.scope_of(context), "")
            execution = journal.unfinished() if journal.exists() else None
            if execution is not None:
                run = next((run for run in journal.runs(1000) if run.id == execution.run), None)
                found.append((execution, run))

    look.look(cfg, script, visit)
    return found[0] if found else None


def rollback(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    script = ScriptDirectory.from_config(cfg)

    def make(invocation: Invocation) -> Migration:
        return TakingBack(invocation, revision=options.revision, accept_loss=options.accept_loss)

    return _finish(cfg, options, settings, "rollback", options.revision, script, lambda _heads: (), make)


def _run(
    cfg: Config, options: argparse.Namespace, settings: Settings, direction: events.Direction, target: str
) -> int:  # fmt: skip
    script = ScriptDirectory.from_config(cfg)
    revisions: Any = script._upgrade_revs if direction == "upgrade" else script._downgrade_revs
    return _finish(
        cfg, options, settings, direction, target, script, lambda heads: revisions(target, heads), Migration
    )  # fmt: skip


def _finish(
    cfg: Config,
    options: argparse.Namespace,
    settings: Settings,
    direction: events.Direction,
    target: str,
    script: ScriptDirectory,
    wanted: Callable[[Any], Iterable[Any]],
    make: Callable[[Invocation], Migration],
) -> int:
    """Run it under the console's eyes; the last event says how it ended, whatever happened."""
    started = time.monotonic()
    with console.listener(settings.output, sys.stdout) as listen:
        emit: events.Listener = (lambda _event: None) if options.quiet else listen
        environment = {"destination_rev": target, "tag": getattr(options, "tag", None)}
        migration = make(
            Invocation(cfg, script, direction, target, settings, emit, Stop(), SystemClock(), wanted, environment)
        )
        outcome, next_line, tally = errors.ExitCode.FAILED, "", Tally()
        try:
            tally = migration.execute()
            outcome = errors.ExitCode.OK if migration.done else errors.ExitCode.NOTHING_TO_DO
        except errors.SafemigrateError as error:
            outcome, next_line, tally = error.exit_code, error.next, migration.tally()
            raise
        finally:
            emit(_finished(outcome, tally, time.monotonic() - started, next_line))
    nothing = outcome is errors.ExitCode.NOTHING_TO_DO
    return outcome if nothing and getattr(options, "detailed_exit_code", False) else errors.ExitCode.OK


def _finished(outcome: errors.ExitCode, tally: Tally, seconds: float, next_line: str) -> events.RunFinished:
    return events.RunFinished(
        outcome,
        tally.revisions,
        tally.steps,
        seconds,
        longest_lock=tally.longest_lock,
        stall=tally.stall,
        worst_wait=tally.worst_wait,
        next=next_line,
    )
