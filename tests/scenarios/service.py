"""A small service: a generated Alembic project, its database, and safemigrate run on them as its users run it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from psycopg import conninfo, sql

from safemigrate import scratch
from tests import fix_blocker, fix_project

CHECKOUT = Path(__file__).parents[2]

Event = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Outcome:
    """How a command line ended: its exit code, its events (the error, if any, is the last one), its standard error."""

    code: int
    events: list[Event]
    stderr: str

    def __repr__(self) -> str:
        events = "\n".join(json.dumps({**event, "time": 0}) for event in self.events)
        return f"exit code {self.code}\n{events}\n{self.stderr}"

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event["event"] == name]

    @property
    def error(self) -> Event:
        """What the user is told went wrong."""
        found = self.named("error")
        assert len(found) == 1, self
        return found[0]

    @property
    def told(self) -> str:
        """All texts of the error, in one."""
        details = [f"{line['label']}: {line['text']}" for line in self.error["details"]]
        return "\n".join([self.error["what"], *details, self.error["state"], self.error["next"]])

    def detailed(self, label: str) -> list[str]:
        """The lines of the error with this label."""
        return [line["text"] for line in self.error["details"] if line["label"] == label]

    @property
    def finished(self) -> Event:
        (event,) = self.named("run_finished")
        return event

    def done(self) -> list[str]:
        """The titles of the steps that were done."""
        return [event["title"] for event in self.named("step_done")]


class Running:
    """``python -m safemigrate … --json`` in a process of its own; its events as they come."""

    def __init__(self, folder: Path, arguments: tuple[str, ...], environment: Mapping[str, str], errors: Path) -> None:
        self.events: list[Event] = []
        self._errors = errors
        with errors.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "safemigrate", *arguments, "--json"],
                cwd=folder,
                env={**os.environ, **environment, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=[self.process.stdout], daemon=True)
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        self.events += (json.loads(line) for line in stream)

    def until(self, name: str, condition: Callable[[Event], object] = bool, *, seconds: float = 20.0) -> Event:
        """The first event of that *name* which meets *condition*, as soon as it comes."""
        found: list[Event] = []

        def came() -> bool:
            ended = self.process.poll() is not None and not self._reader.is_alive()
            found.extend(event for event in list(self.events) if event["event"] == name and condition(event))
            assert found or not ended, f"ended without {name}: {self.events}\n{self._errors.read_text()}"
            return bool(found)

        fix_blocker.until(came, seconds=seconds)
        return found[0]

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def finish(self, *, seconds: float = 30.0) -> Outcome:
        """Wait for its end."""
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return Outcome(code, self.events, self._errors.read_text())

    def close(self) -> None:
        if self.process.poll() is None:
            # A stopped process has to go as well.
            self.process.kill()
            self.process.wait()
        self._reader.join(10)
        if self.process.stdout:
            self.process.stdout.close()


@dataclass
class Service:
    """A service's *project* and *database*, with safemigrate run on them. *url* is what its env.py connects to."""

    project: fix_project.Project
    database: scratch.Database
    url: str = ""
    _running: list[Running] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.url = self.database.url

    def deployed_by(self, role: str, **settings: str) -> None:
        """From now on migrations run as *role*: no superuser, may create schemas, has *settings* here."""
        name = sql.Identifier(role)
        with self.database.connect() as connection:
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(role)))
            database = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, name))
            connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(name))
            for key, value in settings.items():
                setting = sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}")
                values = sql.SQL(", ").join(map(sql.Literal, value.split(", ")))
                connection.execute(setting.format(name, database, sql.Identifier(key), values))
        self.url = scratch.url(conninfo.make_conninfo(self.database.dsn, user=role, password=role))

    def revision(self, upgrade: str = "pass", downgrade: str = "pass", *, head: str = "") -> str:
        """A revision on top of the last one; its identifier."""
        return self.project.revision(upgrade, downgrade, head=head).stem

    def edit(self, revision: str, before: str, after: str) -> None:
        path = self.project.folder / "scripts" / "versions" / f"{revision}.py"
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))

    def safemigrate(self, *arguments: str) -> Outcome:
        """Run ``safemigrate … --json`` within this process."""
        ended = self.project.safemigrate(self.url, *arguments, "--json")
        return Outcome(ended.code, [json.loads(line) for line in ended.out.splitlines()], ended.err)

    def upgrade(self, *flags: str, to: str = "head") -> Outcome:
        return self.safemigrate("upgrade", to, *flags)

    def start(self, *arguments: str) -> Running:
        """Run ``safemigrate … --json`` beside this process; it is ended with the test at the latest."""
        environment = {"DATABASE_URL": self.url, **self.project.environment}
        errors = self.project.folder / f"stderr-{len(self._running)}"
        self._running.append(Running(self.project.folder, arguments, environment, errors))
        return self._running[-1]

    def close(self) -> None:
        for running in self._running:
            running.close()

    # -- what became of the database

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with self.database.connect() as connection:
            return connection.execute(query.encode(), parameters or None).fetchall()

    def value(self, query: str, *parameters: object) -> Any:
        ((found,),) = self.rows(query, *parameters)
        return found

    def execute(self, statement: str) -> None:
        with self.database.connect() as connection:
            connection.execute(statement.encode())

    @property
    def heads(self) -> list[str]:
        """The version rows."""
        return [row[0] for row in self.rows("SELECT version_num FROM alembic_version ORDER BY 1")]

    def columns(self, table: str = "acct") -> list[str]:
        query = """
            SELECT attname::text FROM pg_attribute
            WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """
        return [row[0] for row in self.rows(query, table)]

    def index_is_valid(self, name: str) -> bool | None:
        """None when there is no such index."""
        found = self.rows("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", name)
        return bool(found[0][0]) if found else None

    def journal(self, revision: str) -> tuple[str, list[str]]:
        """The state of the revision's newest execution, and those of its steps in order."""
        query = "SELECT id, state FROM safemigrate.execution WHERE revision = %s ORDER BY id DESC LIMIT 1"
        ((execution, state),) = self.rows(query, revision)
        steps = self.rows("SELECT state FROM safemigrate.step WHERE execution = %s ORDER BY ordinal", execution)
        return state, [step for (step,) in steps]

    def backends(self, condition: str = "true") -> list[int]:
        """The pids of safemigrate's sessions for which *condition* on pg_stat_activity holds."""
        query = """
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'safemigrate/%' AND
        """
        with self.database.connect() as connection:
            return [row[0] for row in connection.execute(f"{query} ({condition})".encode()).fetchall()]
