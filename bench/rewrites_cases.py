"""The operations of :mod:`bench.rewrites`, and the database that they run on."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from bench import project
from safemigrate import scratch

TEMPLATE = "rewrites"

SCHEMA = """
CREATE TABLE accounts (id bigint PRIMARY KEY, name text NOT NULL);
INSERT INTO accounts SELECT n, 'account ' || n FROM generate_series(1, 1000) AS n;

CREATE TABLE things (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL,
    n integer NOT NULL DEFAULT 0,
    code text,
    note text,
    made timestamptz NOT NULL DEFAULT now()
);
INSERT INTO things (account, n, code, note)
SELECT 1 + n % 1000, 0, md5(n::text), 'a lighthouse in the fog, number ' || n FROM generate_series(1, {rows}) AS n;
CREATE INDEX things_made_idx ON things (made);

CREATE TABLE keyless (LIKE things);
INSERT INTO keyless SELECT * FROM things;

CREATE TABLE logs (id bigint NOT NULL, day integer NOT NULL, text text) PARTITION BY RANGE (day);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (100);
CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM (100) TO (200);
INSERT INTO logs SELECT n, n % 200, 'line ' || n FROM generate_series(1, {rows}) AS n;
CREATE TABLE logs_3 (LIKE logs INCLUDING ALL);
INSERT INTO logs_3 SELECT n, 200 + n % 100, 'line ' || n FROM generate_series(1, {rows}) AS n;

CREATE MATERIALIZED VIEW totals AS SELECT id / 10 AS ten, sum(n) AS n FROM things GROUP BY 1;
CREATE UNIQUE INDEX totals_ten_idx ON totals (ten);
"""


@dataclass(frozen=True, slots=True)
class Case:
    """*body* is what ``upgrade()`` does."""

    name: str
    body: str


CASES = (
    Case("CREATE INDEX", 'op.create_index("things_account_idx", "things", ["account"])'),
    Case("CREATE INDEX, partitioned", 'op.create_index("logs_day_idx", "logs", ["day", "id"])'),
    Case("DROP INDEX", 'op.drop_index("things_made_idx", "things")'),
    Case("REINDEX TABLE", 'op.execute("REINDEX TABLE things")'),
    Case("ADD UNIQUE", 'op.create_unique_constraint("things_code_key", "things", ["code"])'),
    Case("ADD PRIMARY KEY", 'op.create_primary_key("keyless_pkey", "keyless", ["id"])'),
    Case("ADD CHECK", 'op.create_check_constraint("things_n_check", "things", "n >= 0")'),
    Case("ADD FOREIGN KEY", 'op.create_foreign_key("things_account_fkey", "things", "accounts", ["account"], ["id"])'),
    Case("SET NOT NULL", 'op.alter_column("things", "code", nullable=False)'),
    Case(
        "ADD COLUMN uuid NOT NULL",
        'op.add_column("things", sa.Column("token", sa.Uuid(), nullable=False,'
        " server_default=sa.func.gen_random_uuid()))",
    ),
    Case("ADD COLUMN identity", 'op.add_column("things", sa.Column("serial", sa.BigInteger(), sa.Identity()))'),
    Case("ADD COLUMN CHECK", 'op.execute("ALTER TABLE things ADD COLUMN size integer DEFAULT 1 CHECK (size > 0)")'),
    Case(
        "several actions",
        'op.execute("ALTER TABLE things ADD COLUMN a integer, ALTER COLUMN code SET NOT NULL,'
        ' ADD CONSTRAINT things_code_key UNIQUE (code)")',
    ),
    Case("ATTACH PARTITION", 'op.execute("ALTER TABLE logs ATTACH PARTITION logs_3 FOR VALUES FROM (200) TO (300)")'),
    Case("DETACH PARTITION", 'op.execute("ALTER TABLE logs DETACH PARTITION logs_2")'),
    Case("REFRESH MATERIALIZED VIEW", 'op.execute("REFRESH MATERIALIZED VIEW totals")'),
)

REVISION = '''\
"""{name}"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
{body}
'''


def template(server: scratch.Server, rows: int) -> str:
    """The name of a database with the tables, *rows* rows in the large ones, ANALYZEd."""
    dsn = server.create_database(TEMPLATE)
    with scratch.Database(dsn, scratch.url(dsn), server.tool("pg_dump")).connect() as connection:
        connection.execute(SCHEMA.format(rows=rows).encode())
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    return TEMPLATE


def write(folder: Path, url: str, case: Case) -> Path:
    """A project whose head is *case*; the path of alembic.ini."""
    ini = project.write(folder, url)
    versions = folder / "migrations" / "versions"
    (versions / "0002_shed.py").unlink()
    text = REVISION.format(name=case.name, body=textwrap.indent(case.body, "    "))
    (versions / "0002_case.py").write_text(text)
    return ini
