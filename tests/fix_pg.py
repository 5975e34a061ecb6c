"""A real PostgreSQL: one server for each test process, a fresh database for each test.

``SAFEMIGRATE_TEST_PG`` chooses the major version (18), ``SAFEMIGRATE_TEST_SOURCE`` another source of
:func:`safemigrate.scratch.start` than the embedded server.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from safemigrate import scratch
from safemigrate.scratch import embedded, server

CHECKOUT = Path(__file__).parent.parent

# Where `make postgres` puts what neither PyPI nor the distribution has.
os.environ.setdefault("SAFEMIGRATE_POSTGRES", str(CHECKOUT / ".cache" / "postgres"))

# A new database is hundreds of small files: ten times as fast in memory, where there is room for some servers.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 2**30:
    os.environ.setdefault("SAFEMIGRATE_SCRATCH_FOLDER", str(MEMORY))


@pytest.fixture(scope="session")
def pg_version() -> int:
    return int(os.environ.get("SAFEMIGRATE_TEST_PG", "18"))


@pytest.fixture(scope="session")
def pg_server(pg_version: int, worker_id: str) -> Iterator[scratch.Server]:
    """The server of this test process. Advisory locks, prepared transactions and sessions in it are ours alone."""
    with scratch.start(os.environ.get("SAFEMIGRATE_TEST_SOURCE", "embedded"), version=pg_version) as server:
        yield server
        _keep(server.log, f"{pg_version}-{worker_id}.log")


@pytest.fixture
def database(pg_server: scratch.Server) -> Iterator[scratch.Database]:
    """A fresh database from template0."""
    with pg_server.database() as made:
        yield made


class Templates:
    """Databases by what was executed in them: executed once, copied for each who asks."""

    def __init__(self, server: scratch.Server) -> None:
        self._server = server
        self._made: dict[str, str] = {}
        self._dumps: dict[str, str] = {}

    @contextlib.contextmanager
    def copy(self, schema: str) -> Iterator[scratch.Database]:
        """A database of its own in which *schema* was executed."""
        name = f"copy_{secrets.token_hex(6)}"
        copy = "CREATE DATABASE {} TEMPLATE {}" + (" STRATEGY file_copy" if self._server.version >= 15 else "")
        template = self._of(schema)
        with self._server.connect() as connection:
            connection.execute(sql.SQL(copy).format(sql.Identifier(name), sql.Identifier(template)))
        dsn = server.of_database(self._server.dsn, name)
        try:
            yield scratch.Database(dsn, scratch.url(dsn), self._server.tool("pg_dump"))
        finally:
            self._server.drop_database(dsn)

    def dump(self, schema: str) -> str:
        """What a copy for *schema* dumps to."""
        if schema not in self._dumps:
            with self.copy(schema) as copy:
                self._dumps[schema] = copy.dump()
        return self._dumps[schema]

    def drop(self, keep: int = 0) -> None:
        """Drop all but the *keep* newest templates."""
        while len(self._made) > keep:
            name = self._made.pop(next(iter(self._made)))
            self._server.drop_database(server.of_database(self._server.dsn, name))

    def _of(self, schema: str) -> str:
        if schema not in self._made:
            self.drop(keep=9)
            name = f"template_{secrets.token_hex(6)}"
            with psycopg.connect(self._server.create_database(name), autocommit=True) as connection:
                connection.execute(schema.encode())
            self._made[schema] = name
        return self._made[schema]


@pytest.fixture(scope="session")
def templates(pg_server: scratch.Server) -> Iterator[Templates]:
    """Databases to be copied, of this test process."""
    made = Templates(pg_server)
    try:
        yield made
    finally:
        made.drop()


@pytest.fixture(scope="session")
def pg_pair(pg_version: int) -> Iterator[tuple[embedded.Embedded, embedded.Embedded]]:
    """A primary and a streaming standby of it, apart from ``pg_server``."""
    with embedded.start(pg_version) as primary, embedded.standby(primary) as standby:
        yield primary, standby


def _keep(log: str, name: str) -> None:
    """What the server said outlives it, for whoever asks why a test failed."""
    folder = CHECKOUT / ".cache" / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(log)
