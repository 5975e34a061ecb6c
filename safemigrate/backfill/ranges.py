"""The ranges of a batched step: how they are cut, and how far each is, as the journal has it.

A range advances in the transaction of the batch that changed its rows, and only from where that batch had begun: what
is journalled as done is done, once.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg.rows import dict_row

from safemigrate import sql
from safemigrate.backfill import keyset
from safemigrate.backfill.keyset import Changed, Key, Values
from safemigrate.backfill.spec import Spec
from safemigrate.journal import FencedOff

SAMPLE = 10_000
"""About so many keys are read to find out where equal parts of a table begin."""


@dataclass(frozen=True, slots=True)
class Place:
    """A step in the journal, and the run that is at it."""

    run: str
    execution: int
    fingerprint: str
    occurrence: int

    @property
    def step(self) -> dict[str, object]:
        return {"execution": self.execution, "fingerprint": self.fingerprint, "occurrence": self.occurrence}

    @property
    def key(self) -> tuple[int, str, int]:
        return self.execution, self.fingerprint, self.occurrence


@dataclass(frozen=True, slots=True)
class Range:
    """One row of ``safemigrate.batch_range``: keys after *low* up to *high*, done up to *done_to*."""

    pass_: int
    ordinal: int
    low: Key | None
    high: Key
    done_to: Key | None
    finished: bool
    rows_changed: int
    rows_still: int
    batches: int

    def advanced(self, to: Key, changed: Changed) -> Range:
        return replace(
            self,
            done_to=to,
            finished=to == self.high,
            rows_changed=self.rows_changed + changed.changed,
            rows_still=self.rows_still + changed.still,
            batches=self.batches + 1,
        )


def read(connection: psycopg.Connection[Any], place: Place) -> list[Range]:
    """All ranges of the step, as committed."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(sql.queries("backfill")["ranges"], place.step).fetchall()
    return [
        Range(
            pass_=row.pop("pass"),
            low=_key(row.pop("low")),
            high=tuple(row.pop("high")),
            done_to=_key(row.pop("done_to")),
            **row,
        )
        for row in rows
    ]


def _key(stored: list[str] | None) -> Key | None:
    return tuple(stored) if stored is not None else None


def one(connection: psycopg.Connection[Any], place: Place, part: Range) -> Range:
    """*part* as it is committed now."""
    return next(each for each in read(connection, place) if (each.pass_, each.ordinal) == (part.pass_, part.ordinal))


def add(connection: psycopg.Connection[Any], place: Place, pass_: int, spec: Spec, pieces: int) -> None:
    """The ranges of a pass, up to the last key that there is now; none over an empty table."""
    high = keyset.highest(connection, spec)
    if high is None:
        return
    bounds = [None, *_inner_bounds(connection, spec, high, pieces), high]
    for ordinal, (low, upper) in enumerate(itertools.pairwise(bounds)):
        values = {"pass": pass_, "ordinal": ordinal, "low": _stored(low), "high": _stored(upper), **place.step}
        connection.execute(sql.queries("backfill")["add_range"], values)


def _stored(key: Key | None) -> list[str] | None:
    return list(key) if key is not None else None


def advance(connection: psycopg.Connection[Any], place: Place, part: Range, to: Key, changed: Changed) -> Range:
    """Journal that *part* is done up to *to*, in the batch's transaction. Raises FencedOff when another run took over.

    Raises it as well when the range is not where the batch began: somebody else has been at it.
    """
    after = part.advanced(to, changed)
    values = {
        "run": place.run,
        "pass": part.pass_,
        "ordinal": part.ordinal,
        "begun_at": _stored(part.done_to),
        "done_to": _stored(to),
        "finished": after.finished,
        "changed": changed.changed,
        "still": changed.still,
        **place.step,
    }
    if connection.execute(sql.queries("backfill")["advance_range"], values).fetchone() is None:
        raise FencedOff
    return after


def _inner_bounds(connection: psycopg.Connection[Any], spec: Spec, high: Key, pieces: int) -> Sequence[Key]:
    """Keys that cut the table into about equal *pieces*."""
    if pieces < 2:
        return []
    if spec.by_place:
        last = int(high[0].strip("()").split(",")[0])
        return [(f"({page},0)",) for page in sorted({last * n // pieces for n in range(1, pieces)} - {0, last})]
    percent = max(0.01, min(100.0, 100.0 * SAMPLE / max(1, spec.rows)))
    order = ", ".join(keyset.columns(spec))
    names = [f"k{number}" for number in range(len(spec.key))]
    selected = ", ".join(f"{text} AS {name}" for text, name in zip(keyset.key_texts(spec), names, strict=True))
    text = (
        f"SELECT {', '.join(names)} FROM ("
        f"SELECT {selected}, row_number() OVER (ORDER BY {order}) AS number, count(*) OVER () AS count"
        f" FROM {keyset.sampled(spec, percent)}) AS sample"
        f" WHERE number * {pieces} / count > (number - 1) * {pieces} / count ORDER BY number"
    )
    found: Sequence[Key] = keyset.run(connection, text, Values())
    return [tuple(key) for key in found if tuple(key) != tuple(high)][: pieces - 1]
