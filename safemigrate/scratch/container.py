"""PostgreSQL in a container of its own, where a Docker engine answers (testcontainers).

Of testcontainers only its generic container is used: it starts it, finds the port, and has its reaper remove it where
this process is killed. That the server is ready is ours to say, by connecting.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

import psycopg

from safemigrate import errors
from safemigrate.scratch.server import Server

_SETTINGS = {"max_connections": "200", "max_prepared_transactions": "20", "fsync": "off", "full_page_writes": "off"}
_PORT = 5432
_PATIENCE_SECONDS = 60.0


class Contained(Server):
    """A server in a container."""

    def __init__(self, dsn: str, version: int, container: Any) -> None:
        super().__init__(dsn, version)
        self._container = container

    @property
    def log(self) -> str:
        return _log(self._container) if self._container else ""

    def stop(self) -> None:
        container, self._container = self._container, None
        if container is not None:
            container.stop()


def start(version: int, settings: Mapping[str, str]) -> Contained:
    """A new container from the image ``postgres:<version>``."""
    password = secrets.token_urlsafe(12)
    container = _container(version, password, {**_SETTINGS, **settings})
    try:
        container.start()
        host, port = container.get_container_host_ip(), container.get_exposed_port(_PORT)
        dsn = f"postgresql://postgres:{password}@{host}:{port}/postgres"
        _wait(dsn, container)
    except BaseException:
        container.stop()
        raise
    return Contained(dsn, version, container)


def _container(version: int, password: str, settings: Mapping[str, str]) -> Any:
    try:
        from docker.errors import DockerException
        from testcontainers.core.container import DockerContainer
    except ImportError as error:
        raise errors.BadInput("testcontainers is not installed", next="pip install 'safemigrate[scratch]'") from error
    try:
        container = DockerContainer(f"postgres:{version}")
    except DockerException as error:
        raise errors.BadInput(
            f"no Docker engine answers: {error}",
            next="start one, or name it in DOCKER_HOST; the embedded source needs none",
        ) from error
    container.with_env("POSTGRES_PASSWORD", password).with_exposed_ports(_PORT)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    container.with_command(["postgres", *options])
    return container


def _wait(dsn: str, container: Any) -> None:
    """Until the server answers on its port, where the short-lived one that sets the image up does not listen."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise errors.SafemigrateError(
                    f"the container did not accept connections in {_PATIENCE_SECONDS:.0f} s: {error}",
                    details=[("log", _log(container)[-4000:])],
                ) from error
            time.sleep(0.1)
        else:
            return


def _log(container: Any) -> str:
    return "\n".join(stream.decode(errors="replace") for stream in container.get_logs())
