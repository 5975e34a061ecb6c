"""The container source, against a real engine where one was asked for."""

from __future__ import annotations

import gc
from pathlib import Path

import psycopg
import pytest

from safemigrate import errors, scratch
from safemigrate.scratch import Database, Server


@pytest.mark.docker
def test_a_container_serves_databases_like_any_other_source(
    pg_server: Server, pg_version: int, database: Database
) -> None:
    with database.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
        assert connection.info.server_version // 10000 == pg_server.version == pg_version
        assert connection.execute("SELECT current_setting('max_connections')").fetchone() == ("200",)
    assert "CREATE TABLE public.t" in database.dump()
    assert list(database.checksum()) == ["public.t"]


@pytest.mark.docker
def test_a_stopped_container_is_gone(pg_version: int) -> None:
    import docker

    engine = docker.from_env()
    try:
        before = {container.id for container in engine.containers.list(all=True)}
        with scratch.start("container", version=pg_version, settings={"work_mem": "3MB"}) as server:
            with server.connect() as connection:
                assert connection.execute("SELECT current_setting('work_mem')").fetchone() == ("3MB",)
            assert "ready to accept connections" in server.log
            assert {container.id for container in engine.containers.list(all=True)} > before
        assert {container.id for container in engine.containers.list(all=True)} == before
    finally:
        engine.close()
    with pytest.raises(psycopg.OperationalError):
        server.connect()


# The client library leaves the socket that it could not connect to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_without_an_engine_the_error_says_what_else_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    with pytest.raises(errors.BadInput, match=r"(?s)no Docker engine answers.*the embedded source needs none"):
        scratch.start("container")
    gc.collect()
