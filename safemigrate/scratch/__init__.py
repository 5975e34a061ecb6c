"""A throw-away PostgreSQL for tests, the demo, benchmarks and tracing.

    with scratch.start() as server:                  # embedded PostgreSQL 18, up in about a second
        with server.database() as database:          # fresh, from template0
            with database.connect() as connection:   # psycopg 3, autocommit
                ...

Three sources, one :class:`Server`:

* ``"embedded"`` (default): binaries of this machine, found by :mod:`.binaries`; 16 and 18 come with the ``scratch``
  extra. Runs as root too, by handing the server to an unprivileged account.
* ``"container"``: testcontainers, where a Docker engine answers.
* a DSN: databases are created on a server that is already there, and dropped again.

What it promises: a database that nobody else uses, and nothing left behind, even where this process is killed: an
embedded server is watched by a guard that stops it and removes its folder as soon as we are gone. A given server
keeps everything that was there before; we drop only databases that we created.

What it never does: survive. Embedded servers run without fsync, so no file of theirs is worth keeping.
"""

from __future__ import annotations

from collections.abc import Mapping

from safemigrate import errors
from safemigrate.scratch import container, dsn, embedded
from safemigrate.scratch.database import Database
from safemigrate.scratch.server import Server, url

__all__ = ["Database", "Server", "standby", "start", "url"]

standby = embedded.standby


def start(source: str = "embedded", *, version: int = 18, settings: Mapping[str, str] | None = None) -> Server:
    """A server from *source*, running; a context manager that stops it.

    *settings* are added to postgresql.conf where the source has one of its own (embedded, container). A DSN has the
    version and the settings that it has; both arguments are then without effect.
    """
    if source == "embedded":
        return embedded.start(version, settings)
    if source == "container":
        return container.start(version, settings or {})
    if "=" in source or "://" in source:
        return dsn.start(source)
    raise errors.BadInput(
        f'unknown scratch source "{source}"', next='give "embedded", "container" or a DSN such as postgresql://host/db'
    )
