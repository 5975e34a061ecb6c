"""What there is to know of a batched statement before its first batch: its pieces, its table, its key, its image.

Everything is read anew whenever a run begins or goes on, from the text in the journal and the catalog as it is; nothing
of it is remembered between two runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql as syntax
from psycopg.rows import class_row, dict_row

from safemigrate import errors, sql
from safemigrate.facts import Relation
from safemigrate.statement import edit
from safemigrate.steps import Batch

PREFIX = "safemigrate_"
"""What the names begin with that we put beside those of the statement and of its table."""


@dataclass(frozen=True, slots=True)
class Column:
    """*type* with its modifiers, as a cast needs it; *base* is the name of the type itself, or of a domain's."""

    name: str
    type: str
    base: str
    generated: bool


@dataclass(frozen=True, slots=True)
class Spec:
    """One batched statement. *target* is how its table is named, with ONLY and an alias; *key* what its batches go
    along: (ctid,) where the table has no key.

    *strong*: it changes what foreign keys may refer to, and so locks its rows FOR UPDATE. *image* is the table of
    the rows as they were, () where none are kept. *rows* and *pages* are estimates.
    """

    write: edit.Write
    target: str
    oid: int
    table: Relation
    key: tuple[Column, ...]
    columns: tuple[Column, ...]
    strong: bool
    image: tuple[str, ...]
    rows: int
    pages: int

    @property
    def by_place(self) -> bool:
        """Whether batches are ranges of pages: a row has no place that lasts."""
        return self.key == (CTID,)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


CTID = Column("ctid", "tid", "tid", generated=False)


def quoted(*names: str) -> str:
    return syntax.Identifier(*names).as_string(None)


def image_name(execution: int, ordinal: int) -> tuple[str, str]:
    return "safemigrate", f"image_{execution}_{ordinal}"


def read(connection: psycopg.Connection[Any], text: str, batch: Batch, image: tuple[str, ...]) -> Spec:
    """The spec of statement *text*. Raises BadInput where the table or a column is not there any more."""
    write = edit.write(text)
    relation = write.relation
    name = batch.table or quoted(*([relation.schema] if relation.schema else []), relation.name)
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_query("table"), {"name": name, "columns": list(write.columns)}).fetchone()
    if row is None:
        raise _gone(f"table {write.relation}")
    with connection.cursor(row_factory=class_row(Column)) as cursor:
        columns = tuple(cursor.execute(_query("columns"), {"oid": row["oid"]}).fetchall())
    known = {column.name: column for column in columns}
    for column in (*batch.key, *write.columns):
        if column not in known:
            raise _gone(f"column {column} of table {write.relation}")
    return Spec(
        write=write,
        target=_target(write, name),
        oid=row["oid"],
        table=Relation(row["name"], row["schema"]),
        key=tuple(known[column] for column in batch.key) or (CTID,),
        columns=columns,
        strong=write.kind == "delete" or row["sets_key"],
        image=image if batch.images else (),
        rows=row["rows"],
        pages=row["pages"],
    )


def _target(write: edit.Write, name: str) -> str:
    alias = f" AS {quoted(write.reference)}" if write.reference != write.relation.name else ""
    return f"{'ONLY ' if write.only else ''}{name}{alias}"


def _gone(what: str) -> errors.BadInput:
    return errors.BadInput(f"{what} is not there any more", next="put it back, then safemigrate resume")


def _query(name: str) -> Any:
    return sql.queries("backfill")[name]
