"""Two ways to one schema: SQL as it is written in one database, the split way in another of the same server.

What the split way has done is taken back as well. Every transaction of it is looked at before it commits: which locks
it holds on the tables that were there before, and which of them it has read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from safemigrate import plan
from safemigrate.facts import LockMode
from safemigrate.plan.catalog import Catalog
from safemigrate.plan.split import Situation
from safemigrate.statement import Statement
from safemigrate.steps import Kind, Step
from tests.fix_pg import Templates

_TABLES = "SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND oid >= 16384"
_LOCKS = """
    SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation = ANY (%s)
"""
# Counts of what was not reported yet, earlier transactions' included: only a difference tells of one transaction.
_SCANS = "SELECT relname, coalesce(seq_scan, 0) FROM pg_stat_xact_user_tables WHERE relid = ANY (%s)"
_MODES = {mode.pg_locks: mode for mode in LockMode}


@dataclass(frozen=True)
class Seen:
    """One step, and what its transaction held and read; nothing of either for what runs outside of one."""

    step: Step
    locks: dict[str, LockMode] = field(default_factory=dict)
    scans: dict[str, int] = field(default_factory=dict)

    @property
    def under_strong_lock(self) -> set[str]:
        """The tables that were read under a lock that stops writes."""
        return {name for name in self.scans if self.locks.get(name, LockMode.ACCESS_SHARE) >= LockMode.SHARE}


@dataclass(frozen=True)
class Outcome:
    """The dumps: *before*, *plain* (as written), *split*, *undone*; the two ways' rows, if asked."""

    seen: list[Seen]
    before: str
    plain: str
    split: str
    undone: str
    plain_rows: dict[str, str]
    split_rows: dict[str, str]

    @property
    def sql(self) -> list[str]:
        """The texts of the steps, one for each step."""
        return [each.step.sql for each in self.seen]

    @property
    def scanned_under_strong_locks(self) -> set[str]:
        return {name for each in self.seen for name in each.under_strong_lock}


def cases(text: str) -> list[Any]:
    """The lines of *text* as parameters; one that begins with ``*`` is a case on every version."""
    lines = [line for line in text.splitlines() if line]
    return marked([line.removeprefix("* ") for line in lines], *(n for n, line in enumerate(lines) if line[0] == "*"))


def marked(cases: Iterable[Any], *everywhere: int) -> list[Any]:
    """*cases* as parameters, those of the numbers *everywhere* on every version."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=[pytest.mark.matrix] * (n in everywhere))
        for n, case in enumerate(cases)
    ]


def same(templates: Templates, schema: str, *statements: str, **situation: Any) -> Outcome:
    """:func:`both`, claiming that the two ways end alike, and that the undos end where they began."""
    outcome = both(templates, schema, *statements, **situation)
    assert _differences(outcome.plain, outcome.split) == []
    assert outcome.split == outcome.plain
    assert _differences(outcome.before, outcome.undone) == []
    assert outcome.undone == outcome.before
    return outcome


def both(templates: Templates, schema: str, *statements: str, rows: bool = False, **situation: Any) -> Outcome:
    """Run *statements* after *schema* both ways; *situation* is what Situation takes, but every table is large."""
    with templates.copy(schema) as one, one.connect() as connection:
        for text in statements:
            connection.execute(text.encode())
        plain, plain_rows = one.dump(), one.checksum() if rows else {}
    with templates.copy(schema) as other, other.connect() as connection:
        seen = run(connection, planned(connection, *statements, **situation))
        split, split_rows = other.dump(), other.checksum() if rows else {}
        take_back(connection, [each.step for each in seen])
        return Outcome(seen, templates.dump(schema), plain, split, other.dump(), plain_rows, split_rows)


def planned(connection: psycopg.Connection[Any], *statements: str, small: int = 0, **situation: Any) -> list[Step]:
    """The steps of *statements* as a revision, on the database as it is now."""
    catalog = Catalog(connection)
    version = catalog.version()
    met = Situation(catalog, version, small=small, **situation)
    return plan.steps([Statement(sql) for sql in statements], version=version, situation=met)


def run(connection: psycopg.Connection[Any], steps: Iterable[Step]) -> list[Seen]:
    """Do *steps* as the executor does, each with the undo that it has just before; batched ones at one blow."""
    old = [row[0] for row in connection.execute(_TABLES).fetchall()]
    return [_one(connection, plan.resolve(step, Catalog(connection)), old) for step in steps]


def until_failure(connection: psycopg.Connection[Any], steps: Iterable[Step]) -> tuple[list[Step], Step]:
    """Do *steps* up to the one that rows are in the way of: those that were done, and this one."""
    done: list[Step] = []
    for step in steps:
        resolved = plan.resolve(step, Catalog(connection))
        try:
            connection.execute(resolved.sql.encode())
        except psycopg.errors.IntegrityError:
            return done, resolved
        done.append(resolved)
    raise AssertionError("no step failed")


def _one(connection: psycopg.Connection[Any], step: Step, old: Sequence[int]) -> Seen:
    if step.kind not in (Kind.TRANSACTION, Kind.BATCHED):
        connection.execute(step.sql.encode())
        return Seen(step)
    with connection.transaction():
        before = _scans(connection, old)
        connection.execute(step.sql.encode())
        held = connection.execute(_LOCKS, [old]).fetchall()
        now = _scans(connection, old)
    scans = {name: count - before.get(name, 0) for name, count in now.items() if count > before.get(name, 0)}
    locks: dict[str, LockMode] = {}
    for name, word in held:
        locks[name] = max(_MODES[word], locks.get(name, _MODES[word]))
    return Seen(step, locks, scans)


def _scans(connection: psycopg.Connection[Any], tables: Sequence[int]) -> dict[str, int]:
    return dict(connection.execute(_SCANS, [tables]).fetchall())


def take_back(connection: psycopg.Connection[Any], steps: Sequence[Step]) -> None:
    """The undos of *steps*, the last first, each statement by itself, as the rollback does."""
    for step in reversed(steps):
        assert step.undo.possible, (step.sql, step.undo)
        for text in step.undo.sql:
            connection.execute(text.encode())


def _differences(one: str, other: str) -> list[str]:
    """The lines that only one of two dumps has, so that a failure shows them first."""
    first, second = one.splitlines(), other.splitlines()
    gone = [f"- {line}" for line in first if line not in second]
    return gone + [f"+ {line}" for line in second if line not in first]
