"""What a batched step changed, put back from its image, a chunk of it in each short transaction.

A row of the image goes in the transaction that puts it back, so that what is left of the image is what is left to do:
killed anywhere, it goes on by beginning anew. Rows that the application has changed since are left as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from safemigrate import sql
from safemigrate.backfill import keyset
from safemigrate.backfill.keyset import Values
from safemigrate.backfill.ranges import Place
from safemigrate.backfill.spec import PREFIX, Spec, quoted
from safemigrate.journal import FencedOff


@dataclass(frozen=True, slots=True)
class Restored:
    """Rows of the image that were dealt with (*seen*), of which *restored* are as they were before."""

    seen: int = 0
    restored: int = 0

    def __add__(self, other: Restored) -> Restored:
        return Restored(self.seen + other.seen, self.restored + other.restored)


def exists(connection: psycopg.Connection[Any], image: tuple[str, str]) -> bool:
    row = connection.execute("SELECT pg_catalog.to_regclass(%s)", [quoted(*image)]).fetchone()
    return row is not None and row[0] is not None


def extent(connection: psycopg.Connection[Any], spec: Spec) -> tuple[int, int]:
    """How many pages the image has now, and about how many rows are on one."""
    query = sql.queries("backfill")["image_extent"]
    row = connection.execute(query, {"name": quoted(*spec.image)}).fetchone()
    assert row is not None
    return row[0], row[1]


def left(connection: psycopg.Connection[Any], spec: Spec) -> int:
    """How many rows of the image are left, counted up to a thousand."""
    text = f"SELECT count(*) FROM (SELECT FROM {quoted(*spec.image)} LIMIT 1000) AS {PREFIX}left"
    return int(keyset.run(connection, text, Values())[0][0])


def restore(
    connection: psycopg.Connection[Any], opening: str, spec: Spec, place: Place, first: int, after: int
) -> Restored:  # fmt: skip
    """Put back what pages *first* up to before *after* of the image hold."""
    connection.execute(opening.encode())
    if connection.execute(sql.queries("backfill")["lock_run"], {"run": place.run}).fetchone() is None:
        raise FencedOff
    values = Values()
    pages = (
        f"{PREFIX}image.ctid >= {values.add(f'({first},0)', 'tid')}"
        f" AND {PREFIX}image.ctid < {values.add(f'({after},0)', 'tid')}"
    )
    text = _back_in(spec, pages) if spec.write.kind == "delete" else _as_before(spec, pages)
    found = Restored(*keyset.run(connection, text, values)[0])
    connection.execute("COMMIT")
    return found


def _back_in(spec: Spec, pages: str) -> str:
    """Deleted rows, inserted again unless another has taken their place."""
    names = ", ".join(quoted(column.name) for column in spec.columns if not column.generated)
    table = quoted(spec.table.schema or "", spec.table.name)
    return (
        f"WITH {PREFIX}gone AS (DELETE FROM {quoted(*spec.image)} AS {PREFIX}image WHERE {pages} RETURNING *),"
        f" {PREFIX}back AS (INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE"
        f" SELECT {names} FROM {PREFIX}gone ON CONFLICT DO NOTHING RETURNING 1)"
        f" SELECT (SELECT count(*) FROM {PREFIX}gone), (SELECT count(*) FROM {PREFIX}back)"
    )


def _as_before(spec: Spec, pages: str) -> str:
    """Updated rows, where they still are as the step has left them, bit for bit; locked ones wait for another time."""
    target, reference = spec.target, quoted(spec.write.reference)
    join = " AND ".join(
        f"{column} = {PREFIX}chunk.{keyset.key_name(number)}" for number, column in enumerate(keyset.columns(spec))
    )
    own = [quoted(spec.write.reference, name) for name in spec.write.columns]
    numbers = range(len(own))
    sets = ", ".join(
        f"{quoted(name)} = {PREFIX}chunk.{keyset.old(number)}" for number, name in enumerate(spec.write.columns)
    )
    news = ", ".join(f"{PREFIX}chunk.{keyset.new(number)}" for number in numbers)
    same = f"CAST(ROW({', '.join(own)}) AS record) OPERATOR(pg_catalog.*=) CAST(ROW({news}) AS record)"
    place = f"{PREFIX}place"
    return (
        f"WITH {PREFIX}chunk AS MATERIALIZED ("
        f"SELECT {PREFIX}image.ctid AS {place}, {PREFIX}image.* FROM {quoted(*spec.image)} AS {PREFIX}image"
        f" WHERE {pages}),"
        f" {PREFIX}locked AS MATERIALIZED (SELECT {PREFIX}chunk.{place} FROM {target}, {PREFIX}chunk WHERE {join}"
        f" FOR {'UPDATE' if spec.strong else 'NO KEY UPDATE'} OF {reference} SKIP LOCKED),"
        f" {PREFIX}back AS (UPDATE {target} SET {sets} FROM {PREFIX}chunk JOIN {PREFIX}locked USING ({place})"
        f" WHERE {join} AND {same} RETURNING 1),"
        f" {PREFIX}busy AS (SELECT {PREFIX}chunk.{place} FROM {target}, {PREFIX}chunk WHERE {join}"
        f" AND {PREFIX}chunk.{place} NOT IN (SELECT {place} FROM {PREFIX}locked)),"
        f" {PREFIX}gone AS (DELETE FROM {quoted(*spec.image)} AS {PREFIX}image WHERE {pages}"
        f" AND {PREFIX}image.ctid NOT IN (SELECT {place} FROM {PREFIX}busy) RETURNING 1)"
        f" SELECT (SELECT count(*) FROM {PREFIX}gone), (SELECT count(*) FROM {PREFIX}back)"
    )
