"""The schema as the revisions before have made it: tables, columns, constraints, indexes, partitions, types.

It knows what the history says and nothing else. A table whose CREATE was not seen (made by hand, or by a revision that
could not be read) is not in it: rules take it for one that is there, is large, and has any columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from safemigrate.statement import functions
from safemigrate.statement.forms import ConstraintKind, Default, Form, Relation, Volatility

_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')
"""A part of a qualified name: quoted or plain."""

Kind = Literal["table", "view", "materialized view", "sequence", "foreign table"]


@dataclass
class Column:
    """*type* as the statement spelled it; *default*, *generated* and *expression* as in ``forms.Column``."""

    name: str
    type: str
    not_null: bool = False
    default: Default | None = None
    generated: str = ""
    expression: str = ""
    identity: str = ""
    collation: str = ""


@dataclass
class Constraint:
    """*valid*: every row is known to meet it. *proves* are the columns that it lets no NULL into, once it is valid."""

    kind: ConstraintKind
    name: str
    columns: tuple[str, ...] = ()
    valid: bool = True
    references: Relation | None = None
    expression: str = ""
    proves: tuple[str, ...] = ()


@dataclass
class Index:
    """An index of a table; *constraint* is the name of the key that it belongs to, "" for none."""

    name: str
    columns: tuple[str, ...] = ()
    unique: bool = False
    partial: bool = False
    constraint: str = ""
    fresh: bool = False


@dataclass
class Table:
    """*whole*: its CREATE was seen, and what is not among its parts is not there. *reads* are the relations in a view's
    query, *uses* the columns in it, with "*" for all. *default_partition*: it is that of the table it is a part of.
    """

    name: Relation
    kind: Kind = "table"
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    partitioned: bool = False
    partition_key: tuple[str, ...] = ()
    partition_of: Relation | None = None
    default_partition: bool = False
    temporary: bool = False
    whole: bool = True
    filled: bool = True
    reads: tuple[Relation, ...] = ()
    uses: tuple[str, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether its CREATE was, so that it is known what kind of relation it is."""
        return self.whole or self.kind != "table"

    def proven_not_null(self, column: str) -> bool:
        """Whether no row can have a NULL there: the column says so, or a valid CHECK."""
        known = self.columns.get(column)
        return (known is not None and known.not_null) or any(
            constraint.valid and column in constraint.proves for constraint in self.constraints.values()
        )

    def shows(self, column: str) -> bool:
        """Whether the query of this view names a column of that name, or all columns."""
        return column in self.uses or "*" in self.uses

    def unique_on(self, columns: tuple[str, ...]) -> bool:
        """Whether a whole unique index, or a key, is on exactly these columns in any order."""
        wanted = set(columns)
        return any(
            index.unique and not index.partial and set(index.columns) == wanted for index in self.indexes.values()
        )

    def primary_key(self) -> Constraint | None:
        return next((each for each in self.constraints.values() if each.kind == "primary key"), None)


@dataclass
class Schema:
    """*fresh* are the relations that the pending range has made: no production table is among them.

    *functions* are the forms in the bodies of functions by name, *volatilities* how volatile these are; *enums* the
    labels by type; *domains* the types, *constrained* those of them with a CHECK or NOT NULL; *types* all others.
    *gaps*: something of the history was not seen, so that anything may be there.
    """

    tables: dict[Relation, Table] = field(default_factory=dict)
    enums: dict[Relation, list[str]] = field(default_factory=dict)
    domains: set[Relation] = field(default_factory=set)
    constrained: set[Relation] = field(default_factory=set)
    types: set[Relation] = field(default_factory=set)
    extensions: set[str] = field(default_factory=set)
    sequences: set[Relation] = field(default_factory=set)
    functions: dict[str, tuple[Form, ...]] = field(default_factory=dict)
    volatilities: dict[str, Volatility] = field(default_factory=dict)
    fresh: set[Relation] = field(default_factory=set)
    fresh_types: set[Relation] = field(default_factory=set)
    search_path: str = "public"
    gaps: bool = False

    def key(self, relation: Relation) -> Relation:
        """The relation with its schema spelled out."""
        return relation if relation.schema else Relation(relation.name, self.search_path)

    def table(self, relation: Relation) -> Table | None:
        """What is known of a relation; None where its CREATE was not seen."""
        return self.tables.get(self.key(relation))

    def is_fresh(self, relation: Relation) -> bool:
        """Whether the pending range made it, or it is temporary: nobody else uses it yet."""
        table = self.table(relation)
        return self.key(relation) in self.fresh or (table is not None and table.temporary)

    def column(self, relation: Relation, name: str) -> Column | None:
        table = self.table(relation)
        return table.columns.get(name) if table else None

    def index(self, name: Relation) -> tuple[Table, Index] | None:
        """The index *name* and its table."""
        schema = self.key(name).schema
        for table in self.tables.values():
            if table.name.schema == schema and name.name in table.indexes:
                return table, table.indexes[name.name]
        return None

    @property
    def whole(self) -> bool:
        """Whether what is not in it is not there: as far as a history can tell, for things are made by hand as well."""
        return not self.gaps and all(table.whole or table.kind != "table" for table in self.tables.values())

    def partitions(self, relation: Relation) -> list[Table]:
        parent = self.key(relation)
        return [table for table in self.tables.values() if table.partition_of == parent]

    def referring(self, relation: Relation) -> Iterator[tuple[Table, Constraint]]:
        """The foreign keys that point at a relation, with the tables that have them."""
        target = self.key(relation)
        for table in self.tables.values():
            for constraint in table.constraints.values():
                if constraint.references == target and table.name != target:
                    yield table, constraint

    def views_of(self, relation: Relation) -> list[Table]:
        """The views and materialized views whose query names a relation."""
        target = self.key(relation)
        return [table for table in self.tables.values() if target in table.reads]

    def type(self, text: str) -> Relation:
        """The name of the type that a statement spells so, with its schema spelled out; of an array, its elements'."""
        found = _PART.findall(text.partition("(")[0].rstrip("[]"))
        parts = ["", *(quoted.replace('""', '"') or plain for quoted, plain in found)]
        return self.key(Relation(parts[-1], parts[-2] or None if found else None))

    def volatility(self, default: Default) -> Volatility:
        """That of a default, whose functions the history may have made."""
        if default.volatility != "unknown":
            return default.volatility
        several = {self._volatility_of(name) for name in default.functions}
        worst: tuple[Volatility, ...] = ("volatile", "unknown", "stable")
        return next((each for each in worst if each in several), "constant")

    def _volatility_of(self, function: str) -> Volatility:
        """An extension's function is known by its name in whatever schema it is, where it is a volatile one."""
        name = function.rpartition(".")[2]
        known = functions.volatility([function])
        if known == "unknown" and name not in self.volatilities and functions.volatility([name]) == "volatile":
            return "volatile"
        return self.volatilities.get(name, known) if known == "unknown" else known

    def copy(self) -> Schema:
        """The same, to be changed without a change of this one."""
        return Schema(**{name: _copied(value) for name, value in vars(self).items()})

    def settle(self) -> None:
        """What was fresh is there from now on."""
        self.fresh.clear()
        self.fresh_types.clear()
        for table in self.tables.values():
            for index in table.indexes.values():
                index.fresh = False


def _copied(value: Any) -> Any:
    """*value* with all in it that can be changed copied; ``deepcopy`` does the same for what cannot be as well."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    if isinstance(value, list | set):
        return type(value)(value)
    if isinstance(value, Table | Column | Constraint | Index):
        return type(value)(**{name: _copied(each) for name, each in vars(value).items()})
    return value
