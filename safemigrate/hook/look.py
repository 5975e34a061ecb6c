"""Alembic's environment, run only to look: nothing is changed, not even a version table created."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
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

Visit = Callable[[tuple[str, ...], MigrationContext, Mapping[str, Any]], None]


def look(config: Config, script: ScriptDirectory, visit: Visit, **more: Any) -> None:
    """Call *visit* with the current heads, the context, and the revisions' arguments, for each database of env.py's."""

    def visiting(heads: Any, context: MigrationContext) -> list[RevisionStep]:
        check_dialect(context)
        with released(context):
            visit(tuple(heads), context, handed)
        return []

    environment = EnvironmentContext(config, script, fn=visiting, as_sql=False, dont_mutate=True, **more)
    run_migrations = environment.run_migrations
    handed: dict[str, Any] = {}

    def remembering(**arguments: Any) -> None:
        """What env.py wants to have handed to ``upgrade()`` and ``downgrade()``."""
        handed.clear()
        handed.update(arguments)
        run_migrations(**arguments)

    # Not a subclass: Alembic installs its ``context`` for this very class alone.
    environment.run_migrations = remembering  # type: ignore[method-assign]
    with environment:
        script.run_env()


@contextmanager
def leased(config: Config, script: ScriptDirectory, settings: Settings, emit: events.Listener) -> Iterator[None]:
    """The one-at-a-time lock of each database that env.py connects to, held until the end of the block.

    For what Alembic does by itself to the version table. Raises BadInput, AnotherRunActive.
    """
    clock = SystemClock()
    held: set[str] = set()
    with ExitStack() as sessions:

        def visit(_heads: tuple[str, ...], context: MigrationContext, _arguments: Mapping[str, Any]) -> None:
            assert context.connection is not None
            scope = scope_of(context)
            place = f"{context.connection.engine.url!r} {scope}"
            if place in held:
                return
            held.add(place)
            connections = Connections(context.connection, url=settings.url)
            watch = session.Session(connections.session, "stamp", clock)
            sessions.callback(watch.close)
            lease.check_server(watch)
            patience = settings.lease_patience
            lease.acquire(watch, scope, patience=patience, now=clock.now, pause=clock.sleep, emit=emit)

        look(config, script, visit)
        yield


@contextmanager
def beside(context: MigrationContext, settings: Settings) -> Iterator[tuple[Connections, capture.Reader]]:
    """Sessions of our own beside env.py's connection, closed at the end."""
    assert context.connection is not None
    connections = Connections(context.connection, url=settings.url)
    reader = capture.Reader(connections.read_only)
    try:
        yield connections, reader
    finally:
        reader.close()
