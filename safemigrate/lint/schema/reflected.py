"""What SQLAlchemy's inspector is told of the replayed schema, so that a revision that looks before it acts finds what
the revisions before it have made.
"""

from __future__ import annotations

from typing import Any

from safemigrate.capture.nowhere import Rows
from safemigrate.lint.schema import Constraint, Schema, Table
from safemigrate.statement.forms import Relation


class Reflected:
    """Answers from *schema*, as it is when asked."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def _named(self, schema: str | None, *kinds: str) -> list[str]:
        wanted = schema or self.schema.search_path
        return [key.name for key, table in self.schema.tables.items() if key.schema == wanted and table.kind in kinds]

    def table_names(self, schema: str | None) -> list[str]:
        return self._named(schema, "table")

    def view_names(self, schema: str | None) -> list[str]:
        return self._named(schema, "view", "materialized view")

    def schema_names(self) -> list[str]:
        return sorted({"public", *(key.schema for key in self.schema.tables if key.schema)})

    def sequence_names(self, schema: str | None) -> list[str]:
        wanted = schema or self.schema.search_path
        return [key.name for key in self.schema.sequences if key.schema == wanted]

    def _table(self, table: str, schema: str | None) -> Table | None:
        return self.schema.table(Relation(table, schema))

    def columns(self, table: str, schema: str | None) -> Rows | None:
        known = self._table(table, schema)
        if known is None:
            return None
        return [
            {
                "name": column.name,
                "type": column.type,
                "nullable": not column.not_null,
                "default": column.default.text if column.default else None,
                "autoincrement": bool(column.identity),
                "comment": None,
            }
            for column in known.columns.values()
        ]

    def indexes(self, table: str, schema: str | None) -> Rows | None:
        known = self._table(table, schema)
        if known is None:
            return None
        return [
            {
                "name": index.name,
                "column_names": list(index.columns),
                "unique": index.unique,
                "include_columns": [],
                "duplicates_constraint": index.constraint or None,
                "dialect_options": {},
            }
            for index in known.indexes.values()
        ]

    def constraints(self, table: str, schema: str | None, kind: str) -> Rows | None:
        known = self._table(table, schema)
        if known is None:
            return None
        return [_SHAPES[kind](each) for each in known.constraints.values() if each.kind == kind]

    def enums(self, schema: str | None) -> Rows:
        wanted = schema or self.schema.search_path
        return [
            {"name": key.name, "schema": key.schema, "visible": key.schema == self.schema.search_path, "labels": labels}
            for key, labels in self.schema.enums.items()
            if wanted in ("*", key.schema)
        ]


def _foreign(constraint: Constraint) -> dict[str, Any]:
    target = constraint.references or Relation("")
    return {
        "name": constraint.name,
        "constrained_columns": list(constraint.columns),
        "referred_schema": None if target.schema == "public" else target.schema,
        "referred_table": target.name,
        "referred_columns": [],
        "options": {},
    }


_SHAPES = {
    "primary key": lambda each: {"name": each.name, "constrained_columns": list(each.columns)},
    "unique": lambda each: {"name": each.name, "column_names": list(each.columns)},
    "check": lambda each: {"name": each.name, "sqltext": each.expression},
    "foreign key": _foreign,
}
