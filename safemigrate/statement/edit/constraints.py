"""ADD CONSTRAINT in the forms that read no row: NOT VALID, and upon an index that is there.

Every text names its table with the schema, because search_path may be another when it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from safemigrate.statement import parser, tree
from safemigrate.statement.forms import Relation
from safemigrate.statement.parser import Node


@dataclass(frozen=True, slots=True)
class Details:
    """What an ADD CONSTRAINT says besides its form: for the table ONLY, WITHOUT OVERLAPS, the INCLUDEd columns."""

    only: bool
    without_overlaps: bool
    including: tuple[str, ...]


def details(sql: str) -> Details:
    statement = parser.unwrap_only(sql)
    added = _added(statement)
    return Details(not statement.relation.inh, added.without_overlaps, tree.strings(added.including))


def only(sql: str) -> bool:
    """Whether an ALTER TABLE is for the table ONLY, without its children."""
    return not parser.unwrap_only(sql).relation.inh


def named(sql: str, table: Relation, name: str, references: Relation | None = None) -> str:
    """The constraint of *sql* under *name*, on *table*; *references* is the full name of what a foreign key points at.

    Where that is None, it is left as it is written.
    """
    return parser.edited(sql, lambda statement: _name(statement, table, name, references))


def not_valid(sql: str, table: Relation, name: str, references: Relation | None = None) -> str:
    """:func:`named`, and NOT VALID."""

    def change(statement: Node) -> None:
        _name(statement, table, name, references)
        added = _added(statement)
        added.skip_validation = True
        added.initially_valid = False

    return parser.edited(sql, change)


def upon_index(sql: str, table: Relation, name: str, index: str = "") -> str:
    """The UNIQUE or PRIMARY KEY of *sql* under *name*, made of the index that has this name, or of *index*."""

    def change(statement: Node) -> None:
        _name(statement, table, name, None)
        added = _added(statement)
        for field in ("keys", "including", "options", "indexspace", "nulls_not_distinct"):
            added.ClearField(field)
        added.indexname = index or name

    return parser.edited(sql, change)


def unique_index(sql: str, table: Relation, name: str) -> str:
    """CREATE UNIQUE INDEX CONCURRENTLY of the index that the UNIQUE or PRIMARY KEY of *sql* would make on *table*."""
    added = _added(parser.unwrap_only(sql))

    def fill(index: Node) -> None:
        index.idxname = name
        index.relation.schemaname, index.relation.relname = table.schema or "", table.name
        index.relation.inh = True
        index.relation.relpersistence = "p"
        index.access_method = "btree"
        index.table_space = added.indexspace
        for columns, target in ((added.keys, index.index_params), (added.including, index.index_including_params)):
            for column in tree.strings(columns):
                _element(target.add().index_elem, column)
        index.options.extend(added.options)
        index.unique = True
        index.nulls_not_distinct = added.nulls_not_distinct
        index.concurrent = True

    return parser.made("index_stmt", fill)


def _element(element: Node, column: str) -> None:
    element.name = column
    for field, word in (("ordering", "SORTBY_DEFAULT"), ("nulls_ordering", "SORTBY_NULLS_DEFAULT")):
        setattr(element, field, element.DESCRIPTOR.fields_by_name[field].enum_type.values_by_name[word].number)


def _added(statement: Node) -> Node:
    return getattr(statement.cmds[0].alter_table_cmd, "def").constraint


def _name(statement: Node, table: Relation, name: str, references: Relation | None) -> None:
    statement.relation.relname, statement.relation.schemaname = table.name, table.schema or ""
    added = _added(statement)
    added.conname = name
    if references is not None:
        added.pktable.relname, added.pktable.schemaname = references.name, references.schema or ""
