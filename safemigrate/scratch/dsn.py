"""Databases on a server that somebody gave us.

Nothing that was there is touched: databases get random names, and only those are dropped, at the latest by stop().
"""

from __future__ import annotations

import psycopg
from psycopg import conninfo

from safemigrate import errors
from safemigrate.scratch.server import Server, of_database

_MAY_CREATE = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"


class Given(Server):
    """A server that runs without us; stop() drops the databases that we created in it."""

    def __init__(self, dsn: str, version: int) -> None:
        super().__init__(dsn, version)
        self._created: set[str] = set()

    def create_database(self, name: str | None = None) -> str:
        dsn = super().create_database(name)
        self._created.add(dsn)
        return dsn

    def drop_database(self, dsn: str) -> None:
        if dsn not in self._created:
            name = conninfo.conninfo_to_dict(dsn).get("dbname")
            raise errors.BadInput(f'database "{name}" was not created here', state="it was not dropped")
        super().drop_database(dsn)
        self._created.discard(dsn)

    def stop(self) -> None:
        for dsn in list(self._created):
            self.drop_database(dsn)


def start(dsn: str) -> Given:
    """The server of *dsn*, if it answers and its role may create databases."""
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            info = connection.info
            version, user, name = info.server_version // 10000, info.user, info.dbname
            row = connection.execute(_MAY_CREATE).fetchone()
    except psycopg.OperationalError as error:
        raise errors.BadInput(f"the scratch server does not answer: {error}") from error
    if row is None or not row[0]:
        raise errors.BadInput(
            f'role "{user}" may not create databases', next=f'as a superuser: ALTER ROLE "{user}" CREATEDB'
        )
    return Given(of_database(dsn, name), version)
