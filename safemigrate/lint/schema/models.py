"""What the project's SQLAlchemy models map: tables and columns of ``target_metadata``, by the database's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from safemigrate.statement.forms import Relation


class Models:
    """*metadata* is what env.py gives as ``target_metadata``; () where it gives none."""

    def __init__(self, metadata: Sequence[sa.MetaData]) -> None:
        self._tables = {_name(table): table for each in metadata for table in each.tables.values()}

    def __bool__(self) -> bool:
        """Whether any model is known at all."""
        return bool(self._tables)

    def table(self, relation: Relation) -> str:
        """The model that maps a table, such as ``Order`` (or ``Table("orders")`` where no class does); "" for none."""
        table = self._tables.get(_key(relation))
        if table is None:
            return ""
        mappers = _mappers(table)
        return mappers[0].class_.__name__ if mappers else f'Table("{table.name}")'

    def column(self, relation: Relation, column: str) -> str:
        """The attribute that maps a column, such as ``Order.total``; "" where no model does."""
        table = self._tables.get(_key(relation))
        found = next((each for each in table.columns if each.name == column), None) if table is not None else None
        if table is None or found is None:
            return ""
        mappers = _mappers(table)
        if not mappers:
            return f'Table("{table.name}").c.{found.key}'
        mapper = next((each for each in mappers if each.columns.contains_column(found)), None)
        if mapper is None:
            return f"{mappers[0].class_.__name__}.{found.key}"
        return f"{mapper.class_.__name__}.{mapper.get_property_by_column(found).key}"


def _name(table: sa.Table) -> Relation:
    return _key(Relation(table.name, table.schema))


def _key(relation: Relation) -> Relation:
    return Relation(relation.name, None if relation.schema == "public" else relation.schema)


def _mappers(table: sa.Table) -> list[Any]:
    """The ORM mappers of a table, those that others inherit from first. Only what is imported already is asked."""
    from sqlalchemy.orm import mapperlib

    several = [mapper for registry in mapperlib._all_registries() for mapper in registry.mappers]
    own = [mapper for mapper in several if mapper.local_table is table]
    return sorted(own, key=lambda mapper: (len(list(mapper.iterate_to_root())), mapper.class_.__name__))
