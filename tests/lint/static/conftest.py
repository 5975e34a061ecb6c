"""A revision file, read from its source or run, both over an engine that leads nowhere."""

from __future__ import annotations

import importlib.util
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from safemigrate.capture import nowhere, offline
from safemigrate.capture.offline import Offline
from safemigrate.lint import static

HEAD = """
import sqlalchemy as sa
from alembic import op

revision = "r1"
down_revision = None
"""

Read = Callable[..., Offline]


@dataclass(frozen=True)
class Revision:
    """A revision file in the versions folder of an environment, which need not be there to be read."""

    path: Path

    def write(self, body: str, head: str = "") -> str:
        """Write the file; its source."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = source(body, head)
        self.path.write_text(text, encoding="utf-8")
        return text

    def static(self, text: str, direction: Literal["upgrade", "downgrade"] = "upgrade") -> Offline:
        """What *text* would send, from the source."""
        with nowhere.engine(15).connect() as connection:
            context = MigrationContext.configure(connection)
            return static.read(text, str(self.path), direction, context, connection)

    def run(self, direction: str = "upgrade") -> Offline:
        """What the file sends when it is run."""
        spec = importlib.util.spec_from_file_location("own_revision", self.path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with nowhere.engine(15).connect() as connection:
            context = MigrationContext.configure(connection)
            with Operations.context(context):
                return offline.read(getattr(module, direction), context, connection, str(self.path))


def source(body: str, head: str = "") -> str:
    """A revision whose ``upgrade()`` is *body*, with *head* before it."""
    within = textwrap.indent(textwrap.dedent(body).strip("\n") or "pass", "    ")
    return f"{HEAD}{textwrap.dedent(head)}\n\ndef upgrade():\n{within}\n\n\ndef downgrade():\n    pass\n"


@pytest.fixture
def revision(tmp_path: Path) -> Revision:
    return Revision(tmp_path / "project" / "migrations" / "versions" / "r1.py")


@pytest.fixture
def read(revision: Revision) -> Read:
    """Reads a revision with this body from its source; the file is not there."""

    def of(body: str, head: str = "") -> Offline:
        return revision.static(source(body, head))

    return of
