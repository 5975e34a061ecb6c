"""Batches without an executor: a step in the journal, and its batches one after the other, of any sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from safemigrate.backfill import keyset, ranges, run, spec, undo
from safemigrate.backfill.ranges import Place
from safemigrate.backfill.spec import Spec
from safemigrate.executor.session import opening
from safemigrate.journal import Journal
from safemigrate.plan.catalog import Catalog
from safemigrate.plan.split import Situation, data
from safemigrate.statement import Marks, read
from safemigrate.steps import Batch

OPENING = opening(lock_timeout=1.0)


def situation(connection: psycopg.Connection[Any], *, small: int = 0, marks: Marks | None = None) -> Situation:
    catalog = Catalog(connection)
    return Situation(catalog, catalog.version(), small=small, marks=marks or Marks(batched=True))


def cut(connection: psycopg.Connection[Any], statement: str, **options: Any) -> Batch | str:
    """How the plan cuts *statement*, or why it does not."""
    met = situation(connection, **options)
    (form,) = read.forms(statement)
    row = met.catalog.relation(form.relation)  # type: ignore[attr-defined]
    assert row is not None
    return data.batch(statement, met, row, images=True)


@dataclass
class Step:
    """One batched step, begun."""

    connection: psycopg.Connection[Any]
    spec: Spec
    place: Place

    def go(self, size: Callable[[], int], between: Callable[[], object] = lambda: None, pass_: int = 1) -> int:
        """All batches of a pass; how many rows they changed."""
        changed = 0
        for part in [part for part in ranges.read(self.connection, self.place) if part.pass_ == pass_]:
            while not part.finished:
                done = run.batch(self.connection, OPENING, self.spec, self.place, part, size())
                part, changed = done.part, changed + done.changed.changed
                between()
        return changed

    def visit_again(self) -> int:
        """Once to all that was locked; how many rows were changed."""
        changed, after = 0, None
        while True:
            keys, found = run.visit_again(self.connection, OPENING, self.spec, self.place, after)
            if not keys:
                return changed
            after, changed = keys[-1], changed + found.changed

    def restore(self, pages: int = 1) -> undo.Restored:
        """Once over the image."""
        total, first = undo.Restored(), 0
        while first < undo.extent(self.connection, self.spec)[0]:
            total += undo.restore(self.connection, OPENING, self.spec, self.place, first, first + pages)
            first += pages
        return total


def begin(
    connection: psycopg.Connection[Any], statement: str, *, pieces: int = 1, batch: Batch | None = None
) -> Step:  # fmt: skip
    """*statement* as a batched step over *connection*, which is autocommit; with its image and its ranges."""
    chosen = batch or cut(connection, statement)
    assert isinstance(chosen, Batch), chosen
    journal = Journal(connection, "public", "a run")
    if not journal.exists():
        journal.create()
        journal.open_run(direction="upgrade", target="head", host="here", version="0")
    execution = journal.begin("r1", "upgrade", mode="steps", source="", reads=False, steps=[])
    connection.execute(
        "INSERT INTO safemigrate.step (execution, ordinal, fingerprint, occurrence, kind, title, sql, state)"
        " VALUES (%s, 0, 'f', 0, 'batched', 'a step', %s, 'intent')",
        [execution, statement],
    )
    image = spec.image_name(execution, 0)
    found = spec.read(connection, statement, chosen, image)
    if found.image:
        connection.execute(f"CREATE TABLE {spec.quoted(*image)} AS {keyset.image_query(found)} WITH NO DATA".encode())
    place = Place("a run", execution, "f", 0)
    ranges.add(connection, place, 1, found, pieces)
    return Step(connection, found, place)


def rows(connection: psycopg.Connection[Any], query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()
