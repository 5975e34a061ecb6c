"""Alembic's environment, run only to look: nothing is changed, not even a version table created."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory

from safemigrate import capture
from safemigrate.clock import SystemClock
from safemigrate.config import Settings
from safemigrate.executor import events, lease, session
from safemigrate.hook.connections import Connections
from safemigrate.hook.migration import check_dialect, scope_of
from safemigrate.hook.release import released

__all__ = ["Visit", "beside", "leased", "look", "scope_of"]

Visit = Callable[[tuple[str, ...], MigrationContext], None]


def look(config: Config, script: ScriptDirectory, visit: Visit, **environment: Any) -> None:
    """Call *visit* with the current heads and the context of each database that env.py connects to."""

    def visiting(heads: Any, context: MigrationContext) -> list[RevisionStep]:
        check_dialect(context)
        with released(context):
            visit(tuple(heads), context)
        return []

    with EnvironmentContext(config, script, fn=visiting, as_sql=False, dont_mutate=True, **environment):
        script.run_env()


@contextmanager
def leased(config: Config, script: ScriptDirectory, settings: Settings, emit: events.Listener) -> Iterator[None]:
    """The one-at-a-time lock of each database that env.py connects to, held until the end of the block.

    For what Alembic does by itself to the version table. Raises BadInput, AnotherRunActive.
    """
    clock = SystemClock()
    with ExitStack() as sessions:

        def visit(_heads: tuple[str, ...], context: MigrationContext) -> None:
            assert context.connection is not None
            connections = Connections(context.connection, url=settings.url)
            watch, other = (session.Session(connections.session, "stamp", clock) for _ in range(2))
            sessions.callback(watch.close)
            with closing(other):
                lease.check_server(watch, other)
            patience = settings.lease_patience
            lease.acquire(watch, scope_of(context), patience=patience, now=clock.now, pause=clock.sleep, emit=emit)

        look(config, script, visit)
        yield


@contextmanager
def beside(context: MigrationContext, settings: Settings) -> Iterator[tuple[Connections, capture.Reader]]:
    """Sessions of our own beside env.py's connection, closed at the end."""
    assert context.connection is not None
    connections = Connections(context.connection, url=settings.url)
    reader = capture.Reader(connections.borrowed)
    try:
        yield connections, reader
    finally:
        reader.close()
