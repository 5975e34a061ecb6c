"""Mapped classes that a revision writes down for itself, as far as their tables go, and queries over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from safemigrate.lint.static.limits import Refused
from safemigrate.lint.static.names import names
from safemigrate.lint.static.values import TOKEN, UNKNOWN, Native, Unknown


@dataclass(frozen=True, slots=True)
class Model:
    """A class with a ``__tablename__``. *columns*: attribute → column."""

    name: str
    table: sa.Table
    columns: dict[str, sa.Column[Any]]

    def member(self, name: str) -> Any:
        if name == "__table__":
            return self.table
        if name == "__tablename__":
            return self.table.name
        if name.startswith("_"):
            raise Refused(f"uses {name}, which is not read")
        return self.columns.get(name, UNKNOWN)


def model(name: str, members: dict[str, Any]) -> Model:
    """The class *name* with the *members* of its body, those that are no columns included."""
    columns = {key: each for key, each in members.items() if isinstance(each, sa.Column)}
    for key, column in columns.items():
        if column.name is None:
            column.name = column.key = key
    more = members.get("__table_args__")
    options = more[-1] if isinstance(more, tuple) and more else more
    schema = options.get("schema") if isinstance(options, dict) else None
    return Model(name, sa.Table(members["__tablename__"], sa.MetaData(), *columns.values(), schema=schema), columns)


_THE_SAME = names("execution_options limit options order_by populate_existing with_for_update yield_per")
_ANOTHER = names("distinct group_by having join offset outerjoin select_from with_entities")
_READING = names("all count exists first get one one_or_none scalar subquery")


@dataclass(frozen=True, slots=True)
class Query:
    """``session.query(…)``: what it reads is unknown; ``update`` and ``delete`` are known where its table is."""

    session: Any
    entities: tuple[Any, ...]
    where: tuple[Any, ...] = ()

    @classmethod
    def of(cls, session: Any) -> Callable[..., Query]:
        return lambda *entities, **_: cls(session, entities)

    def member(self, name: str) -> Any:
        if name in ("filter", "where"):
            return Native(self._filter, name, of=self)
        if name == "filter_by":
            return Native(self._filter_by, name, of=self)
        if name in _THE_SAME:
            return Native(lambda *_, **__: self, name, of=self)
        if name in _ANOTHER:
            return Native(lambda *_, **__: replace(self, entities=()), name, of=self)
        if name in ("delete", "update"):
            made = self._delete if name == "delete" else self._update
            return Native(lambda *values, **_: self.session.execute(made(*values)), f"query.{name}", "bind")
        return Native(lambda *_, **__: UNKNOWN, name) if name in _READING else Unknown(f"query.{name}")

    def _filter(self, *conditions: Any) -> Query:
        return replace(self, where=(*self.where, *(_known(each) for each in conditions)))

    def _filter_by(self, **values: Any) -> Query:
        return self._filter(*(self._table().c[name] == _known(value) for name, value in values.items()))

    def _update(self, values: dict[Any, Any]) -> sa.Update:
        named = {key if isinstance(key, str) else key.key: _known(value) for key, value in values.items()}
        return sa.update(self._table()).where(*self.where).values(named)

    def _delete(self) -> sa.Delete:
        return sa.delete(self._table()).where(*self.where)

    def _table(self) -> sa.Table:
        entity = self.entities[0] if len(self.entities) == 1 else None
        table = entity.table if isinstance(entity, Model) else entity
        if not isinstance(table, sa.Table):
            raise Refused("writes rows through the ORM, in SQL that is not read")
        return table


def _known(value: Any) -> Any:
    return sa.literal_column(TOKEN) if isinstance(value, Unknown) else value
