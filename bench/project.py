"""A small Alembic project as ``alembic init`` makes it: one table that the application uses, one column to add."""

from __future__ import annotations

from pathlib import Path

import psycopg

TABLE = "requests"
BASE = "0001"
HEAD = "0002"

INI = """\
[alembic]
script_location = %(here)s/migrations
path_separator = os
sqlalchemy.url = {url}
"""

ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config


def run_migrations_online() -> None:
    connectable = engine_from_config(
        config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=pool.NullPool
    )
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
"""

CREATE = '''\
"""requests"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), server_default="0", nullable=False),
    )


def downgrade() -> None:
    op.drop_table("requests")
'''

ADD_COLUMN = '''\
"""the lever that was missing"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("requests", sa.Column("shed", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("requests", "shed")
'''


def write(folder: Path, url: str) -> Path:
    """The project's files in *folder*, for the database of *url*; the path of alembic.ini."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    (folder / "migrations" / "env.py").write_text(ENV)
    (versions / "0001_requests.py").write_text(CREATE)
    (versions / "0002_shed.py").write_text(ADD_COLUMN)
    ini = folder / "alembic.ini"
    ini.write_text(INI.format(url=url.replace("%", "%%")))
    return ini


def fill(connection: psycopg.Connection, rows: int) -> None:
    """*rows* rows into the table, and statistics, so that neither cache nor autovacuum plays a part later."""
    connection.execute(
        "INSERT INTO requests (id, prompt) SELECT n, 'a lighthouse ' || n FROM generate_series(1, %s) AS n", [rows]
    )
    connection.execute("VACUUM (ANALYZE) requests")
    connection.execute("ALTER TABLE requests SET (autovacuum_enabled = false)")
