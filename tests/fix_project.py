"""Small Alembic projects in a temporary folder, run in this process by Alembic and by safemigrate.

The same project is taken to the same place by both, each in a database of its own; what they leave must be the same.
"""

from __future__ import annotations

import contextlib
import io
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import alembic.config
import pytest
from alembic.util import CommandError

from safemigrate import scratch
from safemigrate.cli import main

ENV = """
    import os
    from alembic import context
    from sqlalchemy import create_engine, pool

    def run_migrations_offline():
        context.configure(url=os.environ["DATABASE_URL"], literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()

    def run_migrations_online():
        engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
        with engine.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()

    if context.is_offline_mode():
        run_migrations_offline()
    else:
        run_migrations_online()
"""
"""What ``alembic init`` writes, with the URL from the environment."""

REVISION = '''
"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {depends!r}
{head}

def upgrade(**arguments):
{upgrade}


def downgrade(**arguments):
{downgrade}
'''


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    def well(self) -> Ended:
        """Itself, if the exit code is 0."""
        assert self.code == 0, self.text
        return self


@dataclass
class Project:
    """An Alembic environment in *folder*; commands run there, with ``DATABASE_URL`` set to their database."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    newest: str | tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        self.environment.setdefault("XDG_CACHE_HOME", str(self.folder / ".cache"))
        (self.folder / "scripts" / "versions").mkdir(parents=True)
        self.write("alembic.ini", "[alembic]\nscript_location = %(here)s/scripts\n")
        template = Path(alembic.config.__file__).parent / "templates" / "generic" / "script.py.mako"
        self.write("scripts/script.py.mako", template.read_text())
        self.env(ENV)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def env(self, text: str) -> None:
        self.write("scripts/env.py", text)

    def revision(
        self,
        upgrade: str = "pass",
        downgrade: str = "pass",
        *,
        name: str = "",
        down: str | tuple[str, ...] | None = "the newest",
        message: str = "",
        head: str = "",
        labels: tuple[str, ...] | None = None,
        depends: str | None = None,
    ) -> Path:
        """A revision on top of the newest one; *head* is put before its functions."""
        number = len(list((self.folder / "scripts" / "versions").glob("*.py"))) + 1
        name = name or f"r{number}"
        text = REVISION.format(
            message=message or f"number {number}",
            revision=name,
            down=self.newest if down == "the newest" else down,
            labels=labels,
            depends=depends,
            head=textwrap.dedent(head),
            upgrade=_body(upgrade),
            downgrade=_body(downgrade),
        )
        self.newest = name
        return self.write(f"scripts/versions/{name}.py", text.lstrip("\n"))

    def alembic(self, database: scratch.Database | str, *arguments: str) -> Ended:
        """Plain Alembic."""
        return self._run(database, arguments, _alembic)

    def safemigrate(self, database: scratch.Database | str, *arguments: str) -> Ended:
        return self._run(database, arguments, main.main)

    def _run(
        self, database: scratch.Database | str, arguments: tuple[str, ...], function: Callable[[tuple[str, ...]], int]
    ) -> Ended:
        url = database if isinstance(database, str) else database.url
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            _environ({**self.environment, "DATABASE_URL": url}),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            _modules_forgotten(),
        ):
            try:
                code = function(arguments)
            except SystemExit as exit_:
                code = exit_.code if isinstance(exit_.code, int) else 1
        return Ended(code & 255, out.getvalue(), err.getvalue())


def _body(text: str) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n"), "    ")


def _alembic(arguments: tuple[str, ...]) -> int:
    """What ``alembic`` does, its Config writing where sys.stdout goes now."""
    command_line = alembic.config.CommandLine(prog="alembic")
    options = command_line.parser.parse_args(arguments)
    if not hasattr(options, "cmd"):
        command_line.parser.error("too few arguments")
    toml, ini = command_line._inis_from_config(options)
    config = alembic.config.Config(
        file_=ini, toml_file=toml, ini_section=options.name, cmd_opts=options, stdout=sys.stdout
    )
    try:
        command_line.run_cmd(config, options)
    except CommandError:
        return 1
    return 0


@contextlib.contextmanager
def _environ(values: Mapping[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # A file that is edited within one second must not be read from the cache.
        patch.setattr(sys, "dont_write_bytecode", True)
        for name, value in values.items():
            patch.setenv(name, value)
        yield


@contextlib.contextmanager
def _modules_forgotten() -> Iterator[None]:
    """Modules that a project imports from its own folder are not those of the next project."""
    before = set(sys.modules)
    path = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - before:
            if name.startswith(("own_", "models")):
                del sys.modules[name]


@dataclass
class Twins:
    """A project and two databases: *plain* for Alembic, *ours* for safemigrate."""

    project: Project
    plain: scratch.Database
    ours: scratch.Database

    def both(self, *arguments: str) -> Ended:
        """Run both; they end well. What safemigrate said."""
        self.project.alembic(self.plain, *arguments).well()
        return self.project.safemigrate(self.ours, *arguments).well()

    def same(self) -> None:
        """Both databases hold the same schema and the same rows, version rows included."""
        assert self.ours.dump() == self.plain.dump()
        assert self.ours.checksum() == self.plain.checksum()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    return Project(tmp_path / "project")


@pytest.fixture
def twins(project: Project, pg_server: scratch.Server) -> Iterator[Twins]:
    """A project with a database for Alembic and one for safemigrate."""
    with pg_server.database() as plain, pg_server.database() as ours:
        yield Twins(project, plain, ours)
