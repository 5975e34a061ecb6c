"""A revision that takes another role for some of its statements: that role knows nothing of the journal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from safemigrate.scratch import Database
from tests.fix_project import Project


@pytest.fixture
def role(database: Database) -> Iterator[str]:
    """A role that may create in public, and nothing else."""
    name = "some_owner"
    with database.connect() as connection:
        connection.execute(f"CREATE ROLE {name}".encode())
        connection.execute(f"GRANT CREATE, USAGE ON SCHEMA public TO {name}".encode())
    yield name
    with database.connect() as connection:
        connection.execute(f"DROP OWNED BY {name} CASCADE".encode())
        connection.execute(f"DROP ROLE {name}".encode())


@pytest.mark.parametrize("statement", ["SET ROLE {}", "SET LOCAL ROLE {}", "SET SESSION AUTHORIZATION {}"])
def test_a_revision_that_takes_a_role_and_keeps_it_is_journalled_all_the_same(
    project: Project, database: Database, role: str, statement: str
) -> None:
    project.revision(f'op.execute("{statement.format(role)}")\nop.create_table("theirs", sa.Column("v", sa.Integer))')
    project.revision('op.create_table("ours", sa.Column("v", sa.Integer))')
    project.safemigrate(database, "upgrade", "head").well()
    with database.connect() as connection:
        tables = connection.execute("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'")
        owners: dict[str, str] = dict(tables)
        states = {row[0] for row in connection.execute("SELECT state FROM safemigrate.step")}
    assert owners["theirs"] == role
    assert owners["ours"] != role
    assert states == {"done"}
