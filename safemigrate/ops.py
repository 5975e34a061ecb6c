"""What a revision can say to safemigrate: data in batches, and statements that are to stay as they are written.

``import safemigrate.ops`` gives ``op`` the directives ``op.batched_update``, ``op.batched_delete`` and ``op.backfill``;
each is also a function here, which a type checker knows::

    from safemigrate import ops

    ops.backfill("orders", {"total": sa.text("price * quantity")})
    ops.batched_delete("events", "created_at < now() - interval '1 year'", key="id")

    with ops.as_written(reason="nobody uses this table at night"):
        op.create_index("ix_orders_total", "orders", ["total"])

What they promise: each directive is exactly one UPDATE or DELETE. ``safemigrate`` runs it in batches, however small the
table is; ``alembic upgrade`` runs the same revision as one statement, and ``--sql`` writes it as one. What they never
do: need a database when imported, or change what a revision means to plain Alembic.

Of the values, a string is a string; SQL is ``sa.text("lower(email)")`` or any SQLAlchemy expression. A condition that
is a string is SQL.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import sqlalchemy as sa
from alembic import op
from alembic.operations import MigrateOperation, Operations

from safemigrate.statement import marks

__all__ = ["as_written", "backfill", "batched_delete", "batched_update"]

Table: TypeAlias = str | sa.TableClause
"""A table's name, or the table: ``sa.table(…)`` or ``sa.Table(…)``."""

Values: TypeAlias = Mapping[str, Any]
"""Column → its new value: a plain value, ``sa.text("…")`` or an expression. Any: whatever the driver can send."""

Condition: TypeAlias = "str | sa.ColumnElement[bool] | sa.TextClause"
"""SQL, or an expression."""

Key: TypeAlias = "str | Sequence[str] | None"
"""The columns of a unique index over columns that are not null; None for the primary key."""


@contextmanager
def as_written(*, reason: str) -> Iterator[None]:
    """The statements that are emitted in the block are neither split nor batched; the plan tells the *reason*.

    Operations of a ``batch_alter_table`` belong to the block in which they are written, though they are sent later.
    """
    with marks.as_written(reason):
        yield


def batched_update(
    table: Table, values: Values, where: Condition | None = None, *, key: Key = None, schema: str | None = None
) -> None:
    """Update the rows of *table* that meet *where* (all by default), in batches along *key*."""
    op.invoke(Batched(_update(table, values, where, schema), key))


def batched_delete(table: Table, where: Condition, *, key: Key = None, schema: str | None = None) -> None:
    """Delete the rows of *table* that meet *where*, in batches along *key*; ``sa.true()`` is all of them."""
    op.invoke(Batched(_delete(table, where, schema), key))


def backfill(
    table: Table, values: Values, where: Condition | None = None, *, key: Key = None, schema: str | None = None
) -> None:
    """Give the columns in *values* their value in the rows of *table* where they are NULL, in batches along *key*.

    Values that are there stay. With *where* of your own it is :func:`batched_update`.
    """
    op.invoke(Batched(_backfill(table, values, where, schema), key))


@Operations.register_operation("batched_update")
@Operations.register_operation("batched_delete")
@Operations.register_operation("backfill")
class Batched(MigrateOperation):
    """The directive behind each of the functions: *statement*, and the key that its batches go along."""

    def __init__(self, statement: sa.Update | sa.Delete, key: Key) -> None:
        self.statement = statement
        self.key = (key,) if isinstance(key, str) else tuple(key or ())

    # The signatures are repeated because Alembic makes the functions of ``op`` from them.

    @classmethod
    def batched_update(
        cls,
        operations: Operations,
        table: Table,
        values: Values,
        where: Condition | None = None,
        *,
        key: Key = None,
        schema: str | None = None,
    ) -> None:
        """See :func:`safemigrate.ops.batched_update`."""
        operations.invoke(cls(_update(table, values, where, schema), key))

    @classmethod
    def batched_delete(
        cls, operations: Operations, table: Table, where: Condition, *, key: Key = None, schema: str | None = None
    ) -> None:
        """See :func:`safemigrate.ops.batched_delete`."""
        operations.invoke(cls(_delete(table, where, schema), key))

    @classmethod
    def backfill(
        cls,
        operations: Operations,
        table: Table,
        values: Values,
        where: Condition | None = None,
        *,
        key: Key = None,
        schema: str | None = None,
    ) -> None:
        """See :func:`safemigrate.ops.backfill`."""
        operations.invoke(cls(_backfill(table, values, where, schema), key))


@Operations.implementation_for(Batched)
def _send(operations: Operations, batched: Batched) -> None:
    with marks.batched(batched.key):
        operations.execute(batched.statement)


def _update(table: Table, values: Values, where: Condition | None, schema: str | None) -> sa.Update:
    if not values:
        raise ValueError("no column is given a value")
    target = _table(table, values, schema)
    update = sa.update(target).values({name: _value(target, name, value) for name, value in values.items()})
    return update if where is None else update.where(_condition(where))


def _delete(table: Table, where: Condition, schema: str | None) -> sa.Delete:
    return sa.delete(_table(table, (), schema)).where(_condition(where))


def _backfill(table: Table, values: Values, where: Condition | None, schema: str | None) -> sa.Update:
    if where is not None or not values:
        return _update(table, values, where, schema)
    target = _table(table, values, schema)
    if len(values) > 1:  # a row may lack one of them only
        values = {name: sa.func.coalesce(target.c[name], _value(target, name, value)) for name, value in values.items()}
    return _update(target, values, sa.or_(*(target.c[name].is_(None) for name in values)), None)


def _table(table: Table, columns: Mapping[str, Any] | Sequence[str], schema: str | None) -> sa.TableClause:
    if isinstance(table, str):
        return sa.table(table, *(sa.column(name) for name in columns), schema=schema)
    if schema is not None:
        raise ValueError("the schema is the table's own")
    return table


def _condition(where: Condition) -> sa.ColumnElement[bool] | sa.TextClause:
    # Not text(): in SQL that is written as SQL, a colon before a word is no parameter.
    return sa.literal_column(where) if isinstance(where, str) else where


def _value(target: sa.TableClause, name: str, value: Any) -> Any:
    """A plain value for a column of no known type: as SQL that also ``--sql`` can write."""
    column = target.c.get(name)
    if isinstance(value, sa.ClauseElement) or column is None or not isinstance(column.type, sa.types.NullType):
        return value
    if isinstance(value, dict):
        return _quoted(json.dumps(value))
    return _quoted(value) if isinstance(value, str) else sa.literal(value)


def _quoted(text: str) -> sa.ColumnElement[Any]:
    """A string that does not say that it is a varchar: the column may be an enum, or of json."""
    return sa.literal_column("'" + text.replace("'", "''") + "'")
