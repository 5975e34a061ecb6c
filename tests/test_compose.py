"""docker-compose.yml, as far as it can be held to its word without Docker."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import conninfo

from safemigrate.scratch import embedded
from safemigrate.scratch.embedded import Embedded
from tests.fix_pg import CHECKOUT


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())


def test_there_is_a_primary_a_replica_and_a_pooler(compose: Any) -> None:
    services = compose["services"]
    assert set(services) == {"primary", "replica", "pgbouncer"}
    assert services["primary"]["image"] == services["replica"]["image"] == "postgres:18"
    assert services["pgbouncer"]["environment"]["POOL_MODE"] == "transaction"


def test_ports_are_open_to_this_machine_alone(compose: Any) -> None:
    ports = [port for service in compose["services"].values() for port in service["ports"]]
    assert sorted(ports) == ["127.0.0.1:5432:5432", "127.0.0.1:5433:5432", "127.0.0.1:6432:6432"]


def test_only_what_there_is_is_mounted(compose: Any) -> None:
    mounts = [mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", [])]
    for source in mounts:
        assert source in compose["volumes"] or (CHECKOUT / source).is_file()


def test_what_is_waited_for_has_a_health_check(compose: Any) -> None:
    for service in compose["services"].values():
        for needed in service.get("depends_on", {}):
            assert "healthcheck" in compose["services"][needed]


def test_docker_compose_accepts_the_file() -> None:
    plugin = ["docker", "compose", "--file", str(CHECKOUT / "docker-compose.yml")]
    if not shutil.which("docker") or subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode:
        pytest.skip("no docker compose here")
    subprocess.run([*plugin, "config", "--quiet"], check=True)


def test_its_scripts_make_a_replica_that_streams_through_its_slot(compose: Any) -> None:
    replicator = compose["services"]["replica"]["environment"]["PRIMARY"].partition(" ")[2]
    with embedded.start(18) as primary, primary.connect() as connection:
        given = {"PGHOST": str(primary.socket_folder), "PGPORT": str(connection.info.port)}
        given |= {"POSTGRES_USER": "postgres", "POSTGRES_DB": "postgres", "PGDATA": str(primary.folder / "data")}
        subprocess.run(["sh", _script(primary, "primary.sh")], check=True, **_as_account(primary, given))
        connection.execute("SELECT pg_reload_conf()")
        with _replica(primary, f"host=127.0.0.1 port={connection.info.port} {replicator}") as dsn:
            connection.execute("CREATE TABLE streamed ()")
            _eventually(dsn, "SELECT pg_is_in_recovery() AND to_regclass('streamed') IS NOT NULL")
            slot = connection.execute("SELECT active FROM pg_replication_slots WHERE slot_name = 'replica'").fetchone()
            assert slot == (True,)


@contextlib.contextmanager
def _replica(primary: Embedded, address: str) -> Iterator[str]:
    port, folder = embedded.free_port(), primary.folder
    given = {"PRIMARY": address, "PGDATA": str(folder / "replica" / "data")}
    command = ["sh", _script(primary, "replica.sh"), f"--port={port}", f"--unix_socket_directories={folder}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **_as_account(primary, given)) as process:
        try:
            yield conninfo.make_conninfo(primary.dsn, port=port)
        finally:
            process.terminate()


def _script(server: Embedded, name: str) -> str:
    """A copy of the script that the server's account can read, wherever the checkout is."""
    copied = Path(shutil.copy(CHECKOUT / "containers" / name, server.folder))
    embedded.give_to_account(copied)
    return str(copied)


def _as_account(server: Embedded, given: dict[str, str]) -> dict[str, Any]:
    options = embedded.as_account(server.folder)
    options["env"] |= given | {"PATH": f"{server.bin}:{os.environ['PATH']}"}
    return options


def _eventually(dsn: str, claim: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(dsn) as connection:
            if connection.execute(claim.encode()).fetchone() == (True,):
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)
