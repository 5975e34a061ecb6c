"""env.py, run without a database: how it runs transactions, what it hands to the revisions, which models it knows.

Every engine that env.py makes leads nowhere. What cannot be run all the same (a secret that is not there, a call of the
network) is replaced by Alembic's defaults, and that is told.
"""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from safemigrate.capture import network, nowhere

INVENTED = "postgresql+psycopg://invented@localhost/invented"
"""The value of an environment variable that env.py asks for and that is not set: most often the database's URL."""

_MOST_VARIABLES = 20


class Transactions(StrEnum):
    """How env.py runs the pending revisions."""

    ALL = "one transaction for all revisions"
    EACH = "one transaction for each revision"
    EXTERNAL = "a transaction of env.py's own around all revisions"
    NONE = "autocommit"

    @property
    def together(self) -> bool:
        """Whether one revision's locks are still held when the next one begins."""
        return self in (Transactions.ALL, Transactions.EXTERNAL)


@dataclass
class Environment:
    """What the revisions run in. *arguments* are handed to ``upgrade()``; *path* is env.py's.

    *why* is why env.py could not be run. *invented* are the environment variables that it asked for and that were not
    set.
    """

    context: MigrationContext
    engine: sa.Engine
    connection: sa.Connection
    transactions: Transactions
    arguments: Mapping[str, Any] = field(default_factory=dict)
    metadata: Sequence[sa.MetaData] = ()
    why: str = ""
    path: Path = Path("env.py")
    invented: tuple[str, ...] = ()


Visit = Callable[[Environment], None]


def run(config: Config, script: ScriptDirectory, version: int, visit: Visit, *, imported: bool = True) -> None:
    """Call *visit* once for each time that env.py runs migrations; once with Alembic's defaults where it cannot be run.

    *imported*: False where no file of the project may be run. What *visit* raises is raised.
    """
    engine = nowhere.engine(version)
    why = "" if imported else "no file of the project is run"
    if imported:
        why = _environment(config, script, engine, visit)
    if why:
        _defaults(config, script, engine, visit, why)


def _environment(config: Config, script: ScriptDirectory, engine: sa.Engine, visit: Visit) -> str:
    """Run env.py itself. "" when it went well, else why it could not be run."""
    invented: list[str] = []
    with _surroundings_kept():
        for _ in range(_MOST_VARIABLES):
            run = _Run(config, script, engine, visit, tuple(invented))
            why = run.env_py()
            if run.visited or not run.missing:
                break
            # It is asked for before anything else is known of it: as a URL, nearly always.
            os.environ[run.missing] = INVENTED
            invented.append(run.missing)
    return "" if run.visited else why or "it runs no migrations"


@contextlib.contextmanager
def _surroundings_kept() -> Iterator[None]:
    """The environment's variables and Python's path are env.py's to add to, and not for ever."""
    variables, path = set(os.environ), [*sys.path]
    try:
        yield
    finally:
        sys.path[:] = path
        for name in set(os.environ) - variables:
            del os.environ[name]


class _Stopped(BaseException):
    """Carries what *visit* raised past whatever env.py catches."""


class _Run:
    def __init__(
        self, config: Config, script: ScriptDirectory, engine: sa.Engine, visit: Visit, invented: tuple[str, ...]
    ) -> None:
        self.config, self.script, self.engine, self.visit = config, script, engine, visit
        self.invented = invented
        self.visited = 0
        self.missing = ""
        self.raised: BaseException | None = None
        self.handed: dict[str, Any] = {}

    def env_py(self) -> str:
        """Run env.py; why it failed, "" if it did not."""
        environment = EnvironmentContext(self.config, self.script, fn=self._migrations, as_sql=False, dont_mutate=True)
        run_migrations = environment.run_migrations

        def remembering(**arguments: Any) -> None:
            self.handed = arguments
            run_migrations(**arguments)

        # Not a subclass: Alembic installs its ``context`` for this very class alone.
        environment.run_migrations = remembering  # type: ignore[method-assign]
        try:
            with quiet(), nowhere.instead(self.engine), network.refused(), environment:
                self.script.run_env()
        except _Stopped:
            pass
        except (Exception, SystemExit, network.NetworkUse) as error:
            self.missing = _missing_variable(error)
            if self.raised is None:
                return _why(error)
        if self.raised is not None:
            raise self.raised
        return ""

    def _migrations(self, _heads: Any, context: MigrationContext) -> list[Any]:
        self.visited += 1
        try:
            found = partial(Environment, arguments=self.handed, path=env_py(self.script), invented=self.invented)
            _visit_in(context, self.engine, self.visit, found)
        except BaseException as error:
            self.raised = error
            raise _Stopped from error
        return []


def _defaults(config: Config, script: ScriptDirectory, engine: sa.Engine, visit: Visit, why: str) -> None:
    """What a plain env.py would do, with what the text of the project's own says about transactions."""
    each = "transaction_per_migration" in _true_arguments(env_py(script))

    def migrations(_heads: Any, context: MigrationContext) -> list[Any]:
        _visit_in(context, engine, visit, partial(Environment, path=env_py(script), why=why))
        return []

    environment = EnvironmentContext(config, script, fn=migrations, as_sql=False, dont_mutate=True)
    with environment, engine.connect() as connection:
        environment.configure(connection=connection, transaction_per_migration=each)
        with environment.begin_transaction():
            environment.run_migrations()


def env_py(script: ScriptDirectory) -> Path:
    """Where a project's env.py is."""
    return Path(script.dir) / "env.py"


def _visit_in(context: MigrationContext, engine: sa.Engine, visit: Visit, found_in: Callable[..., Environment]) -> None:
    """Call *visit* with a connection of its own, beside env.py's; *found_in* makes an Environment of the rest."""
    found = context.opts.get("target_metadata")
    several = found if isinstance(found, (list, tuple)) else [found]
    metadata = [each for each in several if isinstance(each, sa.MetaData)]
    with engine.connect() as connection:
        visit(found_in(context, engine, connection, _transactions(context), metadata=metadata))


def _transactions(context: MigrationContext) -> Transactions:
    if context._in_external_transaction:
        return Transactions.EXTERNAL
    if context.connection is not None and context.connection.get_isolation_level() == "AUTOCOMMIT":
        return Transactions.NONE
    return Transactions.EACH if context._transaction_per_migration else Transactions.ALL


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What env.py and the revisions print and log is not our output."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.disable(before)


def _why(error: BaseException) -> str:
    if isinstance(error, network.NetworkUse):
        return f"it {error}"
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _missing_variable(error: BaseException) -> str:
    """The environment variable for want of which *error* was raised; "" where it is about something else."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    asked = trace is not None and trace.tb_frame.f_code is type(os.environ).__getitem__.__code__
    return str(error.args[0]) if isinstance(error, KeyError) and asked and error.args else ""


def _true_arguments(path: Path) -> set[str]:
    """The keyword arguments that are True in a call anywhere in a file."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return set()
    return {
        keyword.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
    }
