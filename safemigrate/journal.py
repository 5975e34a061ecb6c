"""The journal: what was done, written in the same transaction as the doing.

It promises: a step that is 'done' here has happened, and a transactional step that is not has not. A command that
PostgreSQL refuses inside a transaction block writes 'intent' first; the catalog says afterwards what became of it.
Steps are found by revision, direction, fingerprint and occurrence, never by position.

It never alters its own tables while they are in use, never refers to the application's, and never lets a run write
that somebody else has fenced off (:class:`FencedOff`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, LiteralString, cast

import psycopg
from psycopg.rows import class_row, dict_row

from safemigrate import errors, sql
from safemigrate.steps import Batch, Kind, Rewrite, Step, Undo

SHAPE = 1
"""The version of the journal's tables that this release writes."""


class FencedOff(Exception):
    """Another run took over: nothing of this one may be committed any more."""


@dataclass(frozen=True, slots=True)
class Run:
    """One row of ``safemigrate.run``."""

    id: str
    direction: str
    target: str
    state: str
    database_user: str
    host: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Execution:
    """One row of ``safemigrate.execution``: a revision's run in one direction."""

    id: int
    run: str
    revision: str
    direction: Literal["upgrade", "downgrade"]
    mode: str
    source: str
    reads: bool
    state: str
    error: str | None
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of ``safemigrate.step``."""

    ordinal: int
    fingerprint: str
    occurrence: int
    kind: Kind
    title: str
    sql: str
    origin: str | None
    rewrite: Rewrite | None
    batch: Batch | None
    undo: Undo | None
    undone_statements: int
    state: str
    attempts: int
    waited: float | None
    held: float | None
    stall: float | None
    worst_wait: float | None

    @property
    def key(self) -> tuple[str, int]:
        return self.fingerprint, self.occurrence


@dataclass(frozen=True, slots=True)
class Harm:
    """What a step cost: tries, and seconds waited, locks held, sessions stalled (summed), and the worst single wait."""

    attempts: int = 1
    waited: float = 0.0
    held: float = 0.0
    stall: float = 0.0
    worst_wait: float = 0.0


class Journal:
    """The journal of one *scope* (a version table) as run *run* writes it over *connection*.

    The connection is autocommit; what belongs into a step's transaction is called between its BEGIN and its COMMIT.
    """

    def __init__(self, connection: psycopg.Connection[Any], scope: str, run: str) -> None:
        self.connection = connection
        self.scope = scope
        self.run = run

    def _rows(self, name: str, **values: object) -> list[dict[str, Any]]:
        with self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(_query(name), values)
            return cursor.fetchall() if cursor.description else []

    def exists(self) -> bool:
        """Whether there is a journal. Raises BadInput when our role or this release cannot use it."""
        present = bool(self._rows("journal_version")[0]["present"])
        if present:
            self._check_shape()
        return present

    def create(self) -> None:
        """Create the schema when there is none yet, in one transaction.

        Raises BadInput naming the GRANT when the role may not, or when the journal is of a newer release.
        """
        if self.exists():
            return
        try:
            with self.connection.transaction():
                self.connection.execute("SET LOCAL lock_timeout = '5s'")
                self.connection.execute(sql.text("schema"))
        except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateSchema, psycopg.errors.DuplicateTable):
            self._check_shape()  # The run of another version table has created it at the same moment.
        except psycopg.errors.InsufficientPrivilege as error:
            raise self._may_not_create(error) from error

    def _check_shape(self) -> None:
        try:
            row = self.connection.execute("SELECT max(version) FROM safemigrate.schema_version").fetchone()
        except psycopg.errors.InsufficientPrivilege as error:
            role = self.connection.info.user
            raise errors.BadInput(
                f'role "{role}" may not use the journal in schema "safemigrate"',
                state="nothing was changed",
                next='run as the owner of schema "safemigrate", or: '
                f'GRANT USAGE, CREATE ON SCHEMA safemigrate TO "{role}"; '
                f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA safemigrate TO "{role}"',
            ) from error
        version = row[0] if row else None
        if version != SHAPE:
            raise errors.BadInput(
                f'the journal in schema "safemigrate" has shape {version}; this release writes shape {SHAPE}',
                state="nothing was changed",
                next="use the safemigrate release that made the journal, or a newer one",
            )

    def _may_not_create(self, error: psycopg.Error) -> errors.BadInput:
        role, database = self.connection.info.user, self.connection.info.dbname
        return errors.BadInput(
            f'role "{role}" may not create the journal schema "safemigrate": {error.diag.message_primary}',
            state="nothing was changed",
            next=f'GRANT CREATE ON DATABASE "{database}" TO "{role}"; '
            f'or, as an administrator: CREATE SCHEMA safemigrate AUTHORIZATION "{role}"',
        )

    def open_run(self, *, direction: str, target: str, host: str, version: str) -> list[str]:
        """Begin the run and fence off every earlier one that never ended; their ids, which had been running."""
        values = {"id": self.run, "scope": self.scope}
        self._rows("open_run", **values, direction=direction, target=target, host=host, version=version)
        return [row["id"] for row in self._rows("fence_older_runs", **values)]

    def close_run(self, state: str) -> None:
        self._rows("close_run", id=self.run, state=state)

    def runs(self, limit: int = 20) -> list[Run]:
        with self.connection.cursor(row_factory=class_row(Run)) as cursor:
            return cursor.execute(_query("recent_runs"), {"scope": self.scope, "limit": limit}).fetchall()

    def run_ids(self) -> set[str]:
        return {row["id"] for row in self._rows("run_ids", scope=self.scope)}

    def execution(self, number: int) -> Execution:
        return Execution(**self._rows("execution", id=number)[0])

    def unfinished(self) -> Execution | None:
        """The newest execution that was left half-way, if there is one."""
        return next(iter(self.all_unfinished()), None)

    def all_unfinished(self) -> list[Execution]:
        """All of them, newest first: more than one where env.py had not committed the version rows of complete ones."""
        return [Execution(**row) for row in self._rows("unfinished_executions", scope=self.scope)]

    def is_complete(self, execution: Execution) -> bool:
        """Whether all steps of a started execution are done, so that only the version row is missing."""
        return execution.state == "started" and all(entry.state == "done" for entry in self.entries(execution.id))

    def newest(self, revision: str, directions: Iterable[str]) -> Execution | None:
        rows = self._rows("newest_execution", scope=self.scope, revision=revision, directions=list(directions))
        return Execution(**rows[0]) if rows else None

    def executions(self, limit: int = 20) -> list[Execution]:
        return [Execution(**row) for row in self._rows("recent_executions", scope=self.scope, limit=limit)]

    def begin(self, revision: str, direction: str, *, mode: str, source: str, reads: bool, steps: list[Step]) -> int:
        """A new execution with all its steps as 'planned'; its id."""
        row = self._rows(
            "open_execution",
            run=self.run,
            scope=self.scope,
            revision=revision,
            direction=direction,
            mode=mode,
            source=source,
            reads=reads,
            steps=_planned(steps, start=0),
        )
        return cast(int, row[0]["id"])

    def adopt(self, execution: int, *, source: str, steps: list[Step]) -> None:
        """Go on with an execution that an earlier run left: what it had only planned gives way to *steps*."""
        with self.connection.transaction():
            self._rows("adopt_execution", id=execution, run=self.run, source=source, state="started")
            kept = [entry.ordinal for entry in self.entries(execution) if entry.state != "planned"]
            self._rows("forget_planned", execution=execution)
            self._rows("add_steps", execution=execution, steps=_planned(steps, start=max(kept, default=-1) + 1))

    def entries(self, execution: int, *, settings: bool = False) -> list[Entry]:
        """The steps; with *settings*, among them those that are only about the session, which are never done."""
        return [
            _entry(row) for row in self._rows("steps", execution=execution) if settings or row["kind"] != Kind.SESSION
        ]

    def state_of(self, execution: int, key: tuple[str, int]) -> tuple[str, int]:
        """A step's state and how many of its undo statements are done, as committed."""
        fingerprint, occurrence = key
        row = self._rows("step_state", execution=execution, fingerprint=fingerprint, occurrence=occurrence)[0]
        return row["state"], row["undone_statements"]

    def mark(
        self,
        execution: int,
        key: tuple[str, int],
        state: str,
        *,
        undo: Undo | None = None,
        undone_statements: int = 0,
        harm: Harm | None = None,
        first: str = "",
    ) -> None:
        """Write a step's state, inside the caller's transaction. Raises FencedOff when another run took over.

        With *first*, which begins the transaction, all goes in one message: *first* exactly as it is, this, COMMIT.
        """
        values = self.mark_values(execution, key, state, undo, undone_statements, harm)
        if first:
            self._mark_and_commit(first, values)
        elif not self._rows("mark_step", **values):
            raise FencedOff

    def _mark_and_commit(self, first: str, values: Mapping[str, object]) -> None:
        mark = psycopg.ClientCursor(self.connection).mogrify(_query("mark_step"), values)
        # Where no row comes back, the division fails, and with it the message, before it comes to COMMIT.
        marked = f"WITH marked AS ({mark}) SELECT 1 / count(*) FROM marked"
        try:
            self.connection.execute(f"{first}\n;\n{marked};\nCOMMIT".encode())
        except psycopg.errors.DivisionByZero:
            # It may have been the step's own SQL that divided.
            self.connection.execute("ROLLBACK")
            if self._rows("run_state", id=self.run)[0]["state"] != "running":
                raise FencedOff from None
            raise

    def mark_values(
        self,
        execution: int,
        key: tuple[str, int],
        state: str,
        undo: Undo | None = None,
        undone_statements: int = 0,
        harm: Harm | None = None,
    ) -> Mapping[str, object]:
        """The parameters of ``mark_step``, for a transaction that runs on a connection of another driver."""
        fingerprint, occurrence = key
        return {
            "run": self.run,
            "execution": execution,
            "fingerprint": fingerprint,
            "occurrence": occurrence,
            "state": state,
            "undo": json.dumps(asdict(undo)) if undo is not None else None,
            "undone_statements": undone_statements,
            **asdict(harm or Harm()),
        }

    def set_execution(self, execution: int, state: str, error: str | None = None) -> None:
        self._rows("set_execution", id=execution, state=state, error=error)

    def was_kept(self, revision: str, fingerprint: str) -> bool:
        """Whether an undone execution of *revision* left this step's harmless remains behind."""
        row = self._rows("was_kept", scope=self.scope, revision=revision, fingerprint=fingerprint)[0]
        return bool(row["kept"])


def _planned(steps: list[Step], *, start: int) -> str:
    """The rows of *steps* as JSON, which goes in one round trip however many there are."""
    rows = [
        {
            "ordinal": number,
            "fingerprint": step.fingerprint,
            "occurrence": step.occurrence,
            "kind": step.kind,
            "title": step.title,
            "sql": step.sql,
            "origin": str(step.statements[0].origin) if step.statements and step.statements[0].origin else None,
            "original": step.rewrite and step.rewrite.original,
            "original_occurrence": step.rewrite and step.rewrite.occurrence,
            "family": step.rewrite and step.rewrite.family,
            "batch": step.batch and asdict(step.batch),
            # What the catalog tells is written when the step runs; what only the plan knows, now.
            "undo": asdict(step.undo) if step.undo.settled else None,
        }
        for number, step in enumerate(steps, start=start)
    ]
    return json.dumps(rows)


def _query(name: str) -> LiteralString:
    return sql.queries("journal")[name]


def _entry(row: dict[str, Any]) -> Entry:
    original, occurrence, family = (row.pop(name) for name in ("original", "original_occurrence", "family"))
    kind, batch, undo = (row.pop(name) for name in ("kind", "batch", "undo"))
    return Entry(
        **row,
        kind=Kind(kind),
        rewrite=Rewrite(original, occurrence, family) if original is not None else None,
        batch=Batch(**{**batch, "key": tuple(batch["key"])}) if batch is not None else None,
        undo=_undo(undo),
    )


def _undo(stored: Mapping[str, Any] | None) -> Undo | None:
    return Undo(**{**stored, "sql": tuple(stored["sql"])}) if stored is not None else None
