"""A PostgreSQL of our own, started from binaries on this machine.

It lives in one temporary folder (in the one that ``SAFEMIGRATE_SCRATCH_FOLDER`` names, such as one in memory, if that
is set) and listens on a Unix socket there and on a free port of the loopback interface. The parent of the server is a
guard (a shell that reads a pipe from us): when the pipe closes, for whatever reason, the guard stops the server and
removes the folder. So a killed test run leaves neither a process nor a file.

PostgreSQL refuses to run as root. Where we are root, everything is started as the account ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg import conninfo

from safemigrate import errors
from safemigrate.scratch import binaries
from safemigrate.scratch.server import Server

# What a mode word on its input means is pg_ctl's; the end of the input means that nobody needs the server any more.
_GUARD = """
"$1/pg_ctl" start --wait --silent --pgdata="$2/data" --log="$2/server.log" >/dev/null 2>&1 || { echo failed; exit 1; }
echo ready
if read -r mode; then
    exec "$1/pg_ctl" stop --wait --silent --pgdata="$2/data" --mode="$mode"
fi
"$1/pg_ctl" stop --wait --silent --pgdata="$2/data" --mode=immediate
rm -rf "$2"
"""

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "max_prepared_transactions": "20",
    "track_counts": "on",
    "wal_level": "replica",
    "max_wal_senders": "5",
    "hot_standby": "on",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "log_line_prefix": "%m [%p] %a %e ",
    "log_lock_waits": "on",
    "log_statement": "ddl",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The defaults of 512 MB and more are not worth their disk in a server that lives for minutes.
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
}


class Embedded(Server):
    """A server in *folder*, run from *programs*."""

    def __init__(self, folder: Path, programs: Path, version: int, dsn: str) -> None:
        super().__init__(dsn, version)
        self.folder = folder
        self.programs = programs
        self._guard: subprocess.Popen[str] | None = None

    @property
    def bin(self) -> Path:
        return self.programs

    @property
    def socket_folder(self) -> Path:
        """The folder of the Unix socket, as libpq's ``host`` takes it."""
        return self.folder

    @property
    def log(self) -> str:
        path = self.folder / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def launch(self) -> None:
        """Start the guard, which starts the server; back when it accepts connections."""
        guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "safemigrate-scratch", str(self.programs), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # A session of its own: Ctrl-C in the terminal is for us; the server goes after we are done with it.
            start_new_session=True,
            **as_account(self.folder),
        )
        assert guard.stdout is not None
        if guard.stdout.readline().strip() != "ready":
            _reap(guard)
            raise errors.SafemigrateError(
                f"PostgreSQL {self.version} did not start", details=[("log", self.log[-4000:])]
            )
        self._guard = guard

    def restart(self, mode: str = "fast") -> None:
        self.halt(mode)
        self.launch()

    def halt(self, mode: str = "fast") -> None:
        """Stop the server and keep its folder; :meth:`launch` starts it again at the same address."""
        if self._guard is None:
            return
        assert self._guard.stdin is not None
        self._guard.stdin.write(f"{mode}\n")
        self._guard.stdin.flush()
        self._guard.wait()
        _reap(self._guard)
        self._guard = None

    def stop(self) -> None:
        if self._guard is not None:
            _reap(self._guard)
            self._guard = None
        shutil.rmtree(self.folder, ignore_errors=True)


def start(version: int = 18, settings: Mapping[str, str] | None = None) -> Embedded:
    """A new, empty server."""
    with _home(version) as (folder, programs):
        password = secrets.token_urlsafe(12)
        _initialise(folder, programs, password)
        return _launched(folder, programs, version, password, settings or {})


def standby(primary: Embedded, settings: Mapping[str, str] | None = None) -> Embedded:
    """A streaming, read-only copy of *primary*."""
    with _home(primary.version) as (folder, programs):
        backup = [binaries.tool("pg_basebackup", primary.version), f"--dbname={primary.dsn}", "--pgdata=data"]
        _run([*backup, "--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--wal-method=stream"], folder)
        password = str(conninfo.conninfo_to_dict(primary.dsn)["password"])
        return _launched(folder, programs, primary.version, password, settings or {})


@contextmanager
def _home(version: int) -> Iterator[tuple[Path, Path]]:
    """A new folder that the account may use, and programs that it may run; no folder is left where the start fails."""
    programs = binaries.server(version)
    parent = os.environ.get("SAFEMIGRATE_SCRATCH_FOLDER")
    folder = Path(tempfile.mkdtemp(prefix=f"safemigrate-pg{version}-", dir=parent))
    try:
        give_to_account(folder)
        yield folder, _reachable(programs, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _reachable(programs: Path, folder: Path) -> Path:
    """*programs*, or a copy of their tree in *folder* where the account cannot get at them (below /root, say)."""
    try:
        _run([programs / "postgres", "--version"], folder)
    except PermissionError:
        return binaries.copy(programs, folder / "programs")
    return programs


def _initialise(folder: Path, programs: Path, password: str) -> None:
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    give_to_account(secret)
    command = [programs / "initdb", "--pgdata=data", "--username=postgres", "--encoding=UTF8", "--locale=C"]
    _run([*command, "--no-sync", "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"], folder)


def _launched(folder: Path, programs: Path, version: int, password: str, settings: Mapping[str, str]) -> Embedded:
    """The server, started; with another port where somebody took ours between the choice and the start."""
    for attempt in range(5):
        port = free_port()
        _configure(folder, {**_SETTINGS, **settings, "port": str(port), "unix_socket_directories": str(folder)})
        made = Embedded(folder, programs, version, f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres")
        try:
            made.launch()
        except errors.SafemigrateError:
            if attempt == 4 or "Address already in use" not in made.log:
                raise
        else:
            return made
    raise AssertionError("unreachable")


def _configure(folder: Path, settings: Mapping[str, str]) -> None:
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    with (folder / "data" / "postgresql.auto.conf").open("a") as file:
        file.writelines(lines)


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[Any], folder: Path) -> None:
    options = as_account(folder)
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise errors.SafemigrateError(f"{command[0]} failed", details=[("output", done.stdout + done.stderr)])


def as_account(folder: Path) -> dict[str, Any]:
    """How a child is started: in *folder*, without PG* settings of the user, and never as root (PostgreSQL refuses)."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    options: dict[str, Any] = {"cwd": folder, "env": environment | {"LC_ALL": "C", "HOME": str(folder)}}
    if os.geteuid() == 0:
        account = _account()
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def give_to_account(*paths: Path) -> None:
    """Where we are root: make the account that runs servers the owner of *paths*."""
    if os.geteuid() == 0:
        account = _account()
        for path in paths:
            os.chown(path, account.pw_uid, account.pw_gid)


def _account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise errors.BadInput(
        "PostgreSQL does not run as root, and this machine has no account to run it",
        next="create one: useradd postgres; or run as an ordinary user",
    )


def _reap(guard: subprocess.Popen[str]) -> None:
    """Close our end of the guard's pipe and wait until it has stopped the server."""
    with guard:
        assert guard.stdin is not None
        guard.stdin.close()
