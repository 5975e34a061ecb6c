"""The embedded server: what it offers, and that nothing of it is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from safemigrate import errors, scratch
from safemigrate.scratch import binaries, embedded
from safemigrate.scratch.embedded import Embedded

pytestmark = pytest.mark.matrix


@pytest.fixture(scope="module")
def server(pg_version: int):
    """A server of our own, which these tests may restart."""
    with embedded.start(pg_version, {"work_mem": "3MB"}) as made:
        yield made


def test_it_has_the_version_asked_for(server: Embedded, pg_version: int) -> None:
    with server.connect() as connection:
        assert connection.info.server_version // 10000 == server.version == pg_version


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_connections", "200"),
        ("max_prepared_transactions", "20"),
        ("track_counts", "on"),
        ("wal_level", "replica"),
        ("server_encoding", "UTF8"),
        ("work_mem", "3MB"),
    ],
)
def test_its_settings_allow_what_tests_do(server: Embedded, name: str, value: str) -> None:
    with server.connect() as connection:
        assert connection.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,)


def test_it_listens_on_a_unix_socket_too(server: Embedded) -> None:
    dsn = conninfo.make_conninfo(server.dsn, host=str(server.socket_folder), password=None)
    with psycopg.connect(dsn) as connection:
        assert connection.info.host == str(server.socket_folder)


def test_tcp_asks_for_the_password(server: Embedded) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(conninfo.make_conninfo(server.dsn, password="wrong"))


def test_it_does_not_run_as_root(server: Embedded) -> None:
    pid = int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_keeps_address_and_data(server: Embedded, mode: str) -> None:
    with server.database() as database:
        with database.connect() as connection:
            connection.execute("CREATE TABLE t AS SELECT 1 AS n")
        server.restart(mode)
        with database.connect() as connection:
            assert connection.execute("SELECT n FROM t").fetchone() == (1,)


def test_stop_leaves_no_folder_and_may_be_repeated(pg_version: int) -> None:
    server = embedded.start(pg_version)
    server.stop()
    server.stop()
    assert not server.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        server.connect()


def test_a_start_that_fails_shows_the_log_and_leaves_no_folder(
    pg_version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setattr("tempfile.tempdir", str(_open(tmp_path)))
    with pytest.raises(errors.SafemigrateError, match=r'(?s)did not start.*unrecognized.*"no_such_setting"'):
        embedded.start(pg_version, {"no_such_setting": "1"})
    assert list(tmp_path.iterdir()) == []


_CHILD = """
import sys, time
from safemigrate.scratch import embedded
server = embedded.start(int(sys.argv[1]), {})
print(server.folder, server.dsn, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_process_leaves_neither_server_nor_folder(pg_version: int, how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(pg_version)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        folder, dsn = child.stdout.readline().split()
        assert Path(folder).exists()
        child.send_signal(how)
    _eventually(lambda: not Path(folder).exists())
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(dsn)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_programs_that_the_account_cannot_reach_are_copied(
    pg_version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / str(pg_version)).symlink_to(binaries.server(pg_version).parent)
    tmp_path.chmod(0o700)
    monkeypatch.setenv("SAFEMIGRATE_POSTGRES", str(tmp_path))
    with embedded.start(pg_version) as server:
        assert server.bin.is_relative_to(server.folder)
        with server.connect() as connection:
            assert connection.info.server_version // 10000 == pg_version


def test_a_standby_follows_its_primary_and_refuses_writes(pg_pair: tuple[Embedded, Embedded]) -> None:
    primary, standby = pg_pair
    with primary.connect() as connection:
        connection.execute("CREATE TABLE followed ()")
    with standby.connect() as connection:
        _eventually(lambda: connection.execute("SELECT to_regclass('followed')").fetchone() != (None,))
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TABLE refused ()")


def test_what_the_server_says_can_be_read(server: Embedded) -> None:
    assert "database system is ready to accept connections" in server.log


def test_a_version_that_is_not_here_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.BadInput, match="no PostgreSQL 9 on this machine"):
        scratch.start(version=9)


def test_an_unknown_source_is_bad_input() -> None:
    with pytest.raises(errors.BadInput, match='unknown scratch source "embeded"'):
        scratch.start("embeded")


def _open(folder: Path) -> Path:
    """*folder*, with every folder above it open to the account that runs the server."""
    for above in (folder, *folder.parents):
        if above.stat().st_uid == os.geteuid() and above.stat().st_mode & 0o055 != 0o055:
            above.chmod(above.stat().st_mode | 0o055)
    return folder


def _eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
