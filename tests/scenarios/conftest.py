"""A service with a generated Alembic project on a database of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from safemigrate import scratch
from tests import fix_project
from tests.fix_blocker import blocker as blocker
from tests.scenarios.service import Service

ROWS = 2000


@pytest.fixture
def service(
    project: fix_project.Project, database: scratch.Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A service without revisions."""
    # A revision that is edited within one second must not be read from the cache.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    # Small as its tables are, what is done to them is done as on large ones.
    project.environment["SAFEMIGRATE_SMALL_TABLE"] = "0"
    made = Service(project, database)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def accounts(service: Service) -> Service:
    """A service whose first revision, applied, made the table ``acct`` with 2000 rows; and a table apart, ``other``."""
    service.revision(
        """
        op.create_table(
            "acct",
            sa.Column("id", sa.BigInteger(), primary_key=True),
            sa.Column("balance", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("email", sa.Text()),
        )
        op.create_table("other", sa.Column("id", sa.BigInteger(), primary_key=True))
        """
    )
    outcome = service.upgrade()
    assert outcome.code == 0, outcome
    with service.database.connect() as connection:
        connection.execute("INSERT INTO acct (id, email) SELECT n, n || '@a' FROM generate_series(1, %s) n", [ROWS])
        connection.execute("INSERT INTO other SELECT generate_series(1, 10)")
        # So that no autovacuum of the server's own choosing plays a part.
        connection.execute("ALTER TABLE acct SET (autovacuum_enabled = false)")
        connection.execute("VACUUM (ANALYZE) acct")
    return service
