"""The sample history, several times over in one Alembic project: what a service has behind it after some years.

Each copy is the sample's own files with other revision identifiers. Between two copies one more revision moves the
schemas aside, so that every copy finds an empty database, as the first one did.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "migrations"
VERSIONS = "alembic"
"""The schema of the version table, which has to stay where it is."""

_ONLINE = re.compile(r"(context\.configure\(\n\s+connection=connection,\n)")

MOVE = '''\
"""Moves what copy {number} made aside."""

from alembic import op

revision = "{revision}"
down_revision = "{down_revision}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER SCHEMA billing RENAME TO billing_{number}")
    op.execute("ALTER SCHEMA public RENAME TO public_{number}")
    op.execute("CREATE SCHEMA public")
    # Alembic remembers the enum types that it has created; they are out of sight now.
    op.get_context().impl.memo.clear()


def downgrade() -> None:
    op.execute("DROP SCHEMA public")
    op.execute("ALTER SCHEMA public_{number} RENAME TO public")
    op.execute("ALTER SCHEMA billing_{number} RENAME TO billing")
'''


def repeated(folder: Path, copies: int) -> Path:
    """The project in *folder*, with *copies* copies of the sample's revisions; the path of its alembic.ini."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    for name in ("alembic.ini", "models.py", "script.py.mako"):
        shutil.copy(SAMPLE / name, folder / "migrations" / name)
    (folder / "migrations" / "env.py").write_text(_environment())
    sources = {path.stem: path.read_text() for path in sorted((SAMPLE / "versions").glob("[0-9]*.py"))}
    previous = "None"
    for number in range(1, copies + 1):
        for name, source in sources.items():
            (versions / f"c{number:02}_{name}.py").write_text(_copy(source, number, sources, previous))
        moved = f"c{number:02}_moved"
        move = MOVE.format(number=number, revision=moved, down_revision=f"c{number:02}_{max(sources)}")
        (versions / f"{moved}.py").write_text(move)
        previous = f'"{moved}"'
    return folder / "migrations" / "alembic.ini"


def _environment() -> str:
    """The sample's env.py, with the version table in a schema that no revision touches."""
    source = (SAMPLE / "env.py").read_text()
    changed = _ONLINE.sub(rf'\1            version_table_schema="{VERSIONS}",\n', source)
    if changed == source:
        raise ValueError("the sample's env.py no longer says context.configure(connection=connection, …)")
    return changed


def _copy(source: str, number: int, names: dict[str, str], previous: str) -> str:
    """One revision file of copy *number*; the first one comes after *previous*."""

    def renamed(match: re.Match[str]) -> str:
        name = match.group(1)
        return f'"c{number:02}_{name}"' if name in names else match.group(0)

    head, body = source.split("\ndef ", 1)
    head = re.sub(r'"(\w+)"', renamed, head)
    head = re.sub(r'^branch_labels = \("(\w+)",\)$', rf'branch_labels = ("\1_{number}",)', head, flags=re.MULTILINE)
    head = re.sub(r"^down_revision = None$", f"down_revision = {previous}", head, flags=re.MULTILINE)
    return f"{head}\ndef {body}"
