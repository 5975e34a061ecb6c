"""The server as its users see it, whatever it came from."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import sqlalchemy
from psycopg import conninfo, sql

from safemigrate import errors
from safemigrate.scratch import binaries
from safemigrate.scratch.database import Database


def url(dsn: str, driver: str = "psycopg") -> str:
    """*dsn* as SQLAlchemy writes it, such as ``postgresql+psycopg://user:secret@host:5432/name``."""
    parts = {key: str(value) for key, value in conninfo.conninfo_to_dict(dsn).items()}
    host, port = parts.pop("host", None), parts.pop("port", None)
    if host and host.startswith("/"):
        parts["host"], host = host, None
    made = sqlalchemy.URL.create(
        f"postgresql+{driver}",
        username=parts.pop("user", None),
        password=parts.pop("password", None),
        host=host,
        port=int(port) if port else None,
        database=parts.pop("dbname", None),
        query=parts,
    )
    return made.render_as_string(hide_password=False)


def of_database(dsn: str, name: str) -> str:
    """*dsn* with another database, as a URI."""
    return url(conninfo.make_conninfo(dsn, dbname=name)).replace("postgresql+psycopg:", "postgresql:", 1)


class Server(ABC):
    """A running PostgreSQL that we may do anything to, or (from a DSN) in which we may create databases.

    *dsn* is a libpq URI of its maintenance database, *version* the major version.
    """

    def __init__(self, dsn: str, version: int) -> None:
        self.dsn = dsn
        self.version = version

    @abstractmethod
    def stop(self) -> None:
        """End it, and remove what it left on this machine. A second call does nothing."""

    def restart(self, mode: str = "fast") -> None:
        """Stop (*mode* ``fast``, or ``immediate`` for a crash) and start again, at the same address."""
        raise errors.BadInput(f"a {type(self).__name__} cannot be restarted from here: {mode}")

    @property
    def log(self) -> str:
        """What the server logged so far, where we can read it."""
        return ""

    @property
    def bin(self) -> Path | None:
        """The folder of the server's own programs, where there is one on this machine."""
        return binaries.find(self.version)

    def tool(self, name: str) -> Path:
        """The client program *name* (``pg_dump``, ``psql``, ``pgbench`` …), no older than the server."""
        return binaries.tool(name, self.version)

    def url(self, driver: str = "psycopg") -> str:
        """The maintenance database's URL for SQLAlchemy."""
        return url(self.dsn, driver)

    def connect(self) -> psycopg.Connection:
        """An autocommit connection to the maintenance database."""
        return psycopg.connect(self.dsn, autocommit=True)

    def create_database(self, name: str | None = None) -> str:
        """A new database from template0; its DSN."""
        name = name or f"scratch_{secrets.token_hex(6)}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return of_database(self.dsn, name)

    def drop_database(self, dsn: str) -> None:
        """Drop the database of *dsn*, and whatever sessions and prepared transactions hold it."""
        name = str(conninfo.conninfo_to_dict(dsn)["dbname"])
        with self.connect() as connection:
            self._end_prepared_transactions(dsn, name, connection)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _end_prepared_transactions(self, dsn: str, name: str, connection: psycopg.Connection) -> None:
        left = connection.execute("SELECT gid FROM pg_prepared_xacts WHERE database = %s", [name]).fetchall()
        if not left:
            return
        # A prepared transaction blocks DROP DATABASE even WITH (FORCE), and ends only from its own database.
        with psycopg.connect(dsn, autocommit=True) as inside:
            for (gid,) in left:
                inside.execute(sql.SQL("ROLLBACK PREPARED {}").format(sql.Literal(gid)))

    @contextmanager
    def database(self, name: str | None = None) -> Iterator[Database]:
        """A new database, dropped at the end."""
        dsn = self.create_database(name)
        try:
            yield Database(dsn, url(dsn), self.tool("pg_dump"))
        finally:
            self.drop_database(dsn)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
