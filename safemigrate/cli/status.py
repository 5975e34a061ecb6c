"""``status``: what is applied, pending and half done, the last runs, and every setting with its source."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, cast

from alembic.config import Config
from alembic.script import ScriptDirectory

from safemigrate import config, errors
from safemigrate.backfill import pause
from safemigrate.backfill.pause import Pause
from safemigrate.config import Settings
from safemigrate.console import words
from safemigrate.hook import look, refusal
from safemigrate.journal import Entry, Execution, Journal, Run

RUNS = 5
"""How many of the last runs are shown."""


@dataclass
class Status:
    """One database's state. *journal* is whether there is one yet; *steps* are those of the half-done revision; *pause*
    is that of its batches.
    """

    database: str
    scope: str
    heads: tuple[str, ...]
    pending: tuple[str, ...]
    journal: bool = False
    unfinished: Execution | None = None
    steps: list[Entry] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    pause: Pause | None = None


def status(cfg: Config, options: argparse.Namespace, settings: Settings) -> int:
    script = ScriptDirectory.from_config(cfg)
    found: list[Status] = []

    def visit(heads: tuple[str, ...], context: Any, _arguments: Mapping[str, Any]) -> None:
        with refusal.reading_revisions():
            pending = tuple(str(step.revision.revision) for step in script._upgrade_revs("heads", cast(Any, heads)))
        with look.beside(context, settings) as (connections, _reader), connections.session() as connection:
            scope = look.scope_of(context)
            database = Status(connection.info.dbname, scope, heads, pending)
            found.append(_journalled(database, Journal(connection, scope, "")))

    look.look(cfg, script, visit)
    show = _json(found, settings) if settings.output == "json" else _text(found, settings)
    sys.stdout.write(show + "\n")
    return errors.ExitCode.OK


def _journalled(status: Status, journal: Journal) -> Status:
    status.journal = journal.exists()
    if status.journal:
        status.unfinished = journal.unfinished()
        status.runs = journal.runs(RUNS)
        status.pause = pause.find(journal.connection, status.scope)
        status.steps = journal.entries(status.unfinished.id) if status.unfinished else []
    return status


def _json(found: list[Status], settings: Settings) -> str:
    document = {
        "version": 1,
        "databases": [asdict(status) for status in found],
        "settings": {key: {"value": settings.text(key), "source": settings.source(key)} for key in config.KEYS},
    }
    return json.dumps(document, indent=2, default=str, ensure_ascii=False)


def _text(found: list[Status], settings: Settings) -> str:
    lines: list[str] = []
    for status in found:
        lines += [*_database(status), ""]
    lines.append("settings")
    lines += [f"  {key:<20} {words.clean(settings.text(key)):<12} {settings.source(key)}" for key in config.KEYS]
    return "\n".join(lines)


def _database(status: Status) -> list[str]:
    pending = status.pending
    shown = ", ".join(pending[:5]) + (f", … ({len(pending)} in all)" if len(pending) > 5 else "")
    lines = [
        f"database {status.database}, version table {status.scope.removeprefix('.')}",
        f"  applied     {', '.join(status.heads) or 'nothing'}",
        f"  pending     {shown or 'nothing'}",
    ]
    if status.unfinished is not None:
        lines += _half_done(status.unfinished, status.steps)
    elif status.journal:
        lines.append("  half done   nothing")
    if status.pause is not None:
        lines.append(f"  batches     {words.clean(str(status.pause))}")
        lines.append("  next        safemigrate resume lets them go on")
    lines += (
        [_run(run) for run in status.runs] if status.journal else ["  journal     none yet: safemigrate has not run"]
    )
    return lines


def _half_done(execution: Execution, steps: list[Entry]) -> list[str]:
    lines = [f"  half done   {execution.direction} of {execution.revision}, {execution.state}, run {execution.run}"]
    if execution.error:
        lines.append(f"              {execution.error}")
    lines += [f"              {entry.state:<8} {entry.title}" for entry in steps]
    lines.append("  next        safemigrate resume, or safemigrate rollback")
    return lines


def _run(run: Run) -> str:
    took = f", {(run.finished_at - run.started_at).total_seconds():.1f} s" if run.finished_at else ""
    where = f"({_moment(run.started_at)}, {run.host})"
    return f"  run         {run.id}  {' '.join(filter(None, [run.direction, run.target]))}: {run.state}{took}  {where}"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %Z")
