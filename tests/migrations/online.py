"""The sample service's history, driven through our own runner, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from alembic.script import ScriptDirectory

from safemigrate import errors
from safemigrate.clock import SystemClock
from safemigrate.config import Settings
from safemigrate.executor import events
from safemigrate.executor.run import Tally
from safemigrate.executor.stop import Stop
from safemigrate.hook.migration import Invocation, Migration
from safemigrate.hook.rollback import TakingBack
from safemigrate.scratch import Database
from tests.migrations import sample


def invocation(
    database: Database,
    direction: events.Direction,
    target: str,
    *,
    emit: events.Listener = lambda _event: None,
    **settings: Any,
) -> Invocation:
    """What the command line would hand over."""
    config = sample.config(database)
    script = ScriptDirectory.from_config(config)
    revisions: Any = script._downgrade_revs if direction == "downgrade" else script._upgrade_revs
    return Invocation(
        config,
        script,
        direction,
        target,
        replace(Settings(), **settings),
        emit,
        Stop(),
        SystemClock(),
        lambda heads: revisions(target, heads),
    )


def upgrade(
    database: Database, target: str = "head", *, emit: events.Listener = lambda _event: None, **settings: Any
) -> Tally:  # fmt: skip
    return Migration(invocation(database, "upgrade", target, emit=emit, **settings)).execute()


def downgrade(database: Database, target: str, **settings: Any) -> Tally:
    return Migration(invocation(database, "downgrade", target, **settings)).execute()


def taken_back(database: Database, revision: str, **settings: Any) -> Literal["refused", "wholly", "partly"]:
    """``rollback REVISION``; refused where something would be lost, partly where something harmless stays behind."""
    heard: list[events.Event] = []
    made = invocation(database, "rollback", revision, emit=heard.append, **settings)
    try:
        TakingBack(replace(made, wanted=lambda _heads: ()), revision=revision).execute()
    except errors.BadInput as error:
        if "cannot bring everything back" not in error.what:
            raise
        return "refused"
    return "partly" if stays_behind(heard) else "wholly"


def stays_behind(heard: Sequence[events.Event]) -> bool:
    """Whether a rollback said that it left something, such as a label of an enum."""
    return any(isinstance(event, events.Notice) and event.text.startswith("stays behind") for event in heard)
