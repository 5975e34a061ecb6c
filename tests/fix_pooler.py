"""pgbouncer in transaction mode in front of the server: what many applications reach PostgreSQL through."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from safemigrate import scratch
from safemigrate.scratch import embedded

_CONFIGURATION = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users.txt
pool_mode = transaction
max_client_conn = 200
default_pool_size = {size}
ignore_startup_parameters = extra_float_digits
logfile = {folder}/pgbouncer.log
"""


class Pooler:
    """A running pgbouncer."""

    def __init__(self, port: int, password: str) -> None:
        self.port = port
        self._password = password

    def dsn(self, dsn: str) -> str:
        """*dsn*, through this pooler."""
        return conninfo.make_conninfo(dsn, host="127.0.0.1", port=self.port, password=self._password)

    def url(self, dsn: str, driver: str = "psycopg") -> str:
        """The same for SQLAlchemy."""
        return scratch.url(self.dsn(dsn), driver)


@pytest.fixture
def pooler(pg_server: scratch.Server) -> Iterator[Pooler]:
    """pgbouncer, transaction mode, to ``pg_server``: ``pooler.dsn(database.dsn)``."""
    with running(pg_server.dsn) as made:
        yield made


@contextlib.contextmanager
def running(dsn: str, *, size: int = 10) -> Iterator[Pooler]:
    """pgbouncer to the server of *dsn*, with at most *size* server connections for each database."""
    # Debian puts it in /usr/sbin, which is not on every user's path.
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        # CI has to prove what goes through a pooler; only a person's machine may do without.
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("pgbouncer is not installed")
    folder = Path(tempfile.mkdtemp(prefix="safemigrate-pgbouncer-"))
    port, password = embedded.free_port(), secrets.token_urlsafe(12)
    try:
        _write(folder, dsn, port, password, size)
        process = subprocess.Popen([program, "-q", "pgbouncer.ini"], **embedded.as_account(folder))
        try:
            made = Pooler(port, password)
            _wait(made.dsn(dsn), process)
            yield made
        finally:
            process.terminate()
            process.wait(10)
    finally:
        shutil.rmtree(folder)


def _write(folder: Path, dsn: str, port: int, password: str, size: int) -> None:
    parts = conninfo.conninfo_to_dict(dsn)
    written = _CONFIGURATION.format(
        host=parts["host"],
        port=parts["port"],
        user=parts["user"],
        password=parts["password"],
        listen=port,
        folder=folder,
        size=size,
    )
    (folder / "pgbouncer.ini").write_text(written)
    (folder / "users.txt").write_text(f'"{parts["user"]}" "{password}"\n')
    embedded.give_to_account(folder, *folder.iterdir())


def _wait(dsn: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(dsn, prepare_threshold=None).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
