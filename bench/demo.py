"""The outage, replayed: ``make demo``, or ``python -m bench.demo``. It takes about a minute.

A sample service is under load, and somebody's transaction holds a lock on one row. Its operators need a column, now:
first with plain Alembic, then with safemigrate; and then a migration that cannot finish, and is taken back by itself.
Everything runs on an embedded PostgreSQL that is thrown away at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config

from bench import blockers, demo_view, load
from safemigrate import scratch

SAMPLE = load.CHECKOUT / "migrations"
HEAD = "0050_drop_tables"
QUIET = 1.0
"""Seconds of load before anything happens, between the row lock and the migration, and after its end."""
HELD = 3.0
"""Seconds that the row stays locked once the migration has connected: so a slow start of Python does not spare it."""
LONGEST = 30.0
PATIENCE = "3s"

LEVER = '''\
"""The missing lever."""

import sqlalchemy as sa
from alembic import op

revision = "0051_lever"
down_revision = "0050_drop_tables"


def upgrade() -> None:
    op.add_column("requests", sa.Column("shed", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("requests", "shed")
'''

REASONS = '''\
"""Reasons, in three steps."""

import sqlalchemy as sa
from alembic import op

revision = "0052_reasons"
down_revision = "0051_lever"


def upgrade() -> None:
    op.add_column("requests", sa.Column("shed_reason", sa.Text()))
    with op.get_context().autocommit_block():
        op.create_index("ix_requests_shed", "requests", ["shed"], postgresql_concurrently=True)
    op.add_column("accounts", sa.Column("may_be_shed", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    op.drop_column("accounts", "may_be_shed")
    op.drop_index("ix_requests_shed", "requests")
    op.drop_column("requests", "shed_reason")
'''

COMMITTED = """
    SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM pg_attribute
     WHERE attrelid = 'requests'::regclass AND attname = 'shed'
"""

OTHERS = """
    SELECT 1 FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name NOT IN ('load', 'blocker')
       AND backend_type = 'client backend'
"""


def write(folder: Path) -> Path:
    """The sample service's project in *folder*, with the column that is needed at its head; its alembic.ini."""
    project = folder / "migrations"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns("__pycache__"))
    (project / "versions" / "0051_lever.py").write_text(LEVER)
    return project / "alembic.ini"


@contextmanager
def service(server: scratch.Server, ini: Path) -> Iterator[scratch.Database]:
    """The sample service's database, before the migration of the day."""
    with server.database() as database:
        migrate_quietly(ini, database, HEAD)
        with database.connect() as connection:
            connection.execute("VACUUM (ANALYZE)")
        yield database


def migrate_quietly(ini: Path, database: scratch.Database, revision: str) -> None:
    """Plain Alembic, in this process."""
    cfg = Config(str(ini), cmd_opts=argparse.Namespace(x=[f"url={database.url}"]))
    cfg.attributes["configure_logging"] = False
    command.upgrade(cfg, revision)


def migrate(name: str, ini: Path, database: scratch.Database, *flags: str) -> subprocess.Popen[bytes]:
    """``name upgrade head`` as a user would run it, begun; its output goes to ours."""
    print(f"\n$ {' '.join([name, 'upgrade', 'head', *flags])}", flush=True)
    return subprocess.Popen(
        [sys.executable, "-m", name, "-c", str(ini), "upgrade", "head", *flags],
        cwd=load.CHECKOUT,
        env={**os.environ, "DATABASE_URL": database.url},
    )


def await_session(database: scratch.Database) -> None:
    """Wait until somebody else than the load and the blocker is connected."""
    deadline = time.monotonic() + LONGEST
    with database.connect() as connection:
        while time.monotonic() < deadline and not connection.execute(OTHERS).fetchone():
            time.sleep(0.02)


def replay(server: scratch.Server, ini: Path, name: str) -> demo_view.Act:
    """The migration by *name*, under load, while a row is locked."""
    with service(server, ini) as database, load.Load(database.dsn, load.service()) as running:
        time.sleep(QUIET)
        with blockers.hold_row_lock(database.dsn, "requests", LONGEST, ("id", 1)) as blocker:
            time.sleep(QUIET)
            began = time.monotonic()
            process = migrate(name, ini, database)
            await_session(database)
            time.sleep(HELD)
        code = process.wait(LONGEST)
        time.sleep(QUIET + 0.5)
        with database.connect() as connection:
            row = connection.execute(COMMITTED).fetchone()
        if code or row is None:
            raise RuntimeError(f"{name} ended with {code}")
        committed = row[0] - time.time() + time.monotonic()
        running.stop()
        samples = running.timeline(running.began)
    return demo_view.Act(name, tuple(samples), blocker.began, began, blocker.ended, committed)


def hopeless(server: scratch.Server, ini: Path) -> bool:
    """A migration that gets no lock for its last step; whether the schema is as before when it has given up."""
    with service(server, ini) as database:
        migrate_quietly(ini, database, "0051_lever")
        (ini.parent / "versions" / "0052_reasons.py").write_text(REASONS)
        before = database.dump()
        with blockers.hold_row_lock(database.dsn, "accounts", 60.0, ("id", 1)):
            migrate("safemigrate", ini, database, "--lock-patience", PATIENCE).wait(LONGEST)
        return database.dump() == before


def main() -> None:
    options = _parser().parse_args()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch.start(options.source, version=options.version, settings={"track_commit_timestamp": "on"}) as server,
    ):
        ini = write(Path(folder))
        print(demo_view.INTRODUCTION.format(clients=6, rate=300, server=server.version))
        acts = [replay(server, ini, name) for name in ("alembic", "safemigrate")]
        print("\n" + demo_view.timelines(acts))
        print("\n" + demo_view.summary(acts))
        print(demo_view.HOPELESS.format(patience=PATIENCE), end="")
        same = hopeless(server, ini)
        print("\nThe schema is " + ("as it was before." if same else "NOT as it was before."))
    paths = demo_view.draw(acts, Path(options.output))
    print(f"\nDrawn: {' and '.join(str(path) for path in paths)}   ({time.monotonic() - began:.0f} s in all)")
    if not same:
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.demo", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--version", type=int, default=18, help="PostgreSQL")
    parser.add_argument("--source", default="embedded", help="embedded, container or a DSN")
    parser.add_argument("--output", default="demo", help="the folder for the pictures")
    return parser


if __name__ == "__main__":
    main()
