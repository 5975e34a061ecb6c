"""A wire that can break: a TCP proxy in front of the server.

``cut`` ends every connection through it at once (both sides see a reset), ``freeze`` keeps them open and passes
nothing on until ``thaw``, ``refuse`` turns new ones away until ``accept``.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Self

import pytest
from psycopg import conninfo

from safemigrate import scratch


class Proxy:
    """Listens on a loopback port of its own and passes bytes on to *target*."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._flowing = threading.Event()
        self._flowing.set()
        self._accepting = True
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def dsn(self, dsn: str) -> str:
        """*dsn*, through this proxy."""
        return conninfo.make_conninfo(dsn, host="127.0.0.1", port=self.port)

    def url(self, dsn: str, driver: str = "psycopg") -> str:
        """The same for SQLAlchemy."""
        return scratch.url(self.dsn(dsn), driver)

    @property
    def connections(self) -> int:
        with self._lock:
            return len(self._pairs)

    def cut(self) -> None:
        """Reset every open connection, both ways."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                _reset(end)

    def freeze(self) -> None:
        """Pass nothing on, neither way; connections stay open, as when a route is lost."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def refuse(self) -> None:
        """Turn new connections away."""
        self._accepting = False

    def accept(self) -> None:
        self._accepting = True

    def close(self) -> None:
        self.thaw()
        # close() alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self._accepting:
                _reset(client)
                continue
            try:
                server = socket.create_connection(self._target)
            except OSError:
                _reset(client)
                continue
            self._join(client, server)

    def _join(self, client: socket.socket, server: socket.socket) -> None:
        pair = (client, server)
        with self._lock:
            self._pairs.append(pair)
        for source, sink in (pair, pair[::-1]):
            threading.Thread(target=self._pump, args=(source, sink, pair), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, pair: tuple[socket.socket, socket.socket]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
        # Half-closed is not a state that either side uses: the end of one direction is the end.
        with self._lock:
            if pair in self._pairs:
                self._pairs.remove(pair)
        for end in pair:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _reset(end: socket.socket) -> None:
    """Close so that the other side gets RST, not an orderly end, and threads that wait on it wake up."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # A blocked recv() in another thread keeps the kernel's socket alive past close().
        end.shutdown(socket.SHUT_RD)
    end.close()


@pytest.fixture
def proxy(pg_server: scratch.Server) -> Iterator[Proxy]:
    """A breakable wire to ``pg_server``: ``proxy.dsn(database.dsn)``."""
    with Proxy(_address(pg_server.dsn)) as made:
        yield made


@pytest.fixture
def proxy_to() -> Iterator[Callable[[str], Proxy]]:
    """Breakable wires to servers of your choice, by DSN."""
    with contextlib.ExitStack() as stack:
        yield lambda dsn: stack.enter_context(Proxy(_address(dsn)))


def _address(dsn: str) -> tuple[str, int]:
    parts = conninfo.conninfo_to_dict(dsn)
    return str(parts["host"]), int(parts["port"] or 5432)
