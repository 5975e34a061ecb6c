"""A real PostgreSQL: one server for each test process, a fresh database for each test.

``SAFEMIGRATE_TEST_PG`` chooses the major version (18), ``SAFEMIGRATE_TEST_SOURCE`` another source of
:func:`safemigrate.scratch.start` than the embedded server.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from safemigrate import scratch
from safemigrate.scratch import embedded

CHECKOUT = Path(__file__).parent.parent

# Where `make postgres` puts what neither PyPI nor the distribution has.
os.environ.setdefault("SAFEMIGRATE_POSTGRES", str(CHECKOUT / ".cache" / "postgres"))


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
