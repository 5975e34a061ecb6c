"""What CREATE, ALTER and DROP TABLE make of the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from safemigrate.facts import identifiers
from safemigrate.lint.schema import Column, Constraint, Index, Schema, Table
from safemigrate.statement import forms
from safemigrate.statement.forms import Relation

_OF_SERIAL = {
    "smallserial": "smallint", "serial2": "smallint", "serial": "integer", "serial4": "integer",
    "bigserial": "bigint", "serial8": "bigint",
}  # fmt: skip
INDEXED = ("unique", "primary key", "exclude")


def create_table(schema: Schema, form: forms.CreateTable) -> None:
    key = schema.key(form.relation)
    if form.if_not_exists and key in schema.tables:
        return
    table = Table(
        key,
        partitioned=form.partitioned,
        partition_key=form.partition_key,
        partition_of=schema.key(form.partition_of) if form.partition_of else None,
        default_partition=form.default_partition,
        temporary=form.temporary,
        whole=not form.reads,
    )
    schema.tables[key] = table
    schema.fresh.add(key)
    for parent in (*form.like, *form.inherits, *([form.partition_of] if form.partition_of else [])):
        _inherit(schema, table, parent)
    for column in form.columns:
        _add(schema, table, column)
    for constraint in form.constraints:
        _constrain(schema, table, constraint, valid=True)
    share(schema, table)


def share(schema: Schema, table: Table) -> None:
    """A partition has what its parent has: the constraints by their names, indexes by names that PostgreSQL chooses."""
    parent = schema.tables.get(table.partition_of) if table.partition_of else None
    for constraint in parent.constraints.values() if parent else ():
        if constraint.kind not in INDEXED:
            table.constraints.setdefault(constraint.name, replace(constraint))
    for index in parent.indexes.values() if parent else ():
        if any((each.columns, each.unique) == (index.columns, index.unique) for each in table.indexes.values()):
            continue
        key = parent.constraints.get(index.constraint) if parent else None
        columns = () if key and key.kind == "primary key" else index.columns
        label = identifiers.label(key.kind) if key else "idx"
        name = identifiers.choose(table.name.name, columns, label, table.indexes.keys())
        table.indexes[name] = replace(index, name=name, constraint=name if key else "")
        if key:
            table.constraints[name] = replace(key, name=name)


def _inherit(schema: Schema, table: Table, parent: Relation) -> None:
    known = schema.table(parent)
    table.whole &= known is not None and known.whole
    for column in known.columns.values() if known else ():
        table.columns[column.name] = replace(column)


def _add(schema: Schema, table: Table, column: forms.Column) -> None:
    table.columns[column.name] = Column(
        column.name,
        _OF_SERIAL.get(column.type, column.type),
        column.not_null,
        column.default,
        column.generated,
        column.expression,
        column.identity,
        column.collation,
    )
    for constraint in column.constraints:
        _constrain(schema, table, constraint, valid=True)


def _constrain(schema: Schema, table: Table, added: forms.Constraint, *, valid: bool) -> None:
    """Enter a constraint, with the index that it brings and what it does to its columns."""
    if added.kind == "not null":
        for name in added.columns if valid else ():
            _null(table, name, not_null=True)
    name = added.name or _chosen(table, added)
    columns = added.columns
    if added.using_index:
        used = table.indexes.pop(added.using_index, Index(added.using_index, unique=True))
        columns = used.columns
        table.indexes[name] = Index(name, columns, used.unique, used.partial, constraint=name)
    elif added.kind in INDEXED:
        table.indexes[name] = Index(name, columns, added.kind != "exclude", constraint=name, fresh=True)
    table.constraints[name] = Constraint(
        added.kind,
        name,
        columns,
        valid and not added.not_valid,
        schema.key(added.references) if added.references else None,
        added.expression,
        added.columns if added.kind == "not null" else added.proves,
    )
    if added.kind == "primary key":
        for each in columns:
            _null(table, each, not_null=True)


def _chosen(table: Table, added: forms.Constraint) -> str:
    """The name that PostgreSQL chooses, without a look at which are taken."""
    if added.using_index:
        return added.using_index
    columns = (*added.columns, *added.including)
    if added.kind == "primary key" or (added.kind == "check" and len(columns) != 1):
        columns = ()
    return identifiers.choose(table.name.name, columns, identifiers.label(added.kind), table.constraints.keys())


def _null(table: Table, column: str, *, not_null: bool) -> None:
    if column in table.columns:
        table.columns[column].not_null = not_null


def known(change: Callable[[Schema, Table, Any], None]) -> Callable[[Schema, Any], None]:
    """*change*, for forms on a table that is known."""

    def changed(schema: Schema, form: Any) -> None:
        table = schema.table(form.relation)
        if table is not None:
            change(schema, table, form)

    return changed


def drop_table(schema: Schema, form: forms.DropTable) -> None:
    gone(schema, form.relation)


def gone(schema: Schema, relation: Relation) -> None:
    key = schema.key(relation)
    for table, constraint in list(schema.referring(key)):
        del table.constraints[constraint.name]
    for partition in schema.partitions(key):
        gone(schema, partition.name)
    schema.tables.pop(key, None)
    schema.fresh.discard(key)


def add_column(schema: Schema, table: Table, form: forms.AddColumn) -> None:
    if not (form.if_not_exists and form.column.name in table.columns):
        _add(schema, table, form.column)


def drop_column(_schema: Schema, table: Table, form: forms.DropColumn) -> None:
    table.columns.pop(form.column, None)
    for name in [each.name for each in table.constraints.values() if form.column in each.columns]:
        del table.constraints[name]
    for name in [each.name for each in table.indexes.values() if form.column in each.columns]:
        del table.indexes[name]


def rename_column(_schema: Schema, table: Table, form: forms.RenameColumn) -> None:
    if form.column not in table.columns:
        return
    column = table.columns.pop(form.column)
    column.name = form.new
    table.columns[form.new] = column
    for index in table.indexes.values():
        index.columns = tuple(form.new if name == form.column else name for name in index.columns)
    for constraint in table.constraints.values():
        constraint.columns = tuple(form.new if name == form.column else name for name in constraint.columns)
        constraint.proves = tuple(form.new if name == form.column else name for name in constraint.proves)


def column_type(_schema: Schema, table: Table, form: forms.AlterColumnType) -> None:
    if form.column in table.columns:
        table.columns[form.column].type = form.type
        table.columns[form.column].collation = form.collation


def set_default(_schema: Schema, table: Table, form: forms.SetDefault) -> None:
    if form.column in table.columns:
        table.columns[form.column].default = form.default


def drop_default(_schema: Schema, table: Table, form: forms.DropDefault) -> None:
    if form.column in table.columns:
        table.columns[form.column].default = None


def set_not_null(_schema: Schema, table: Table, form: forms.SetNotNull) -> None:
    _null(table, form.column, not_null=True)


def drop_not_null(_schema: Schema, table: Table, form: forms.DropNotNull) -> None:
    _null(table, form.column, not_null=False)


def alter_column(_schema: Schema, table: Table, form: forms.AlterColumn) -> None:
    column = table.columns.get(form.column)
    if column is None:
        return
    match form.action:
        case "drop expression":
            column.generated = ""
        case "add identity":
            column.identity = "always"
        case "drop identity":
            column.identity = ""


def add_constraint(schema: Schema, table: Table, form: forms.AddConstraint) -> None:
    _constrain(schema, table, form.constraint, valid=not form.constraint.not_valid)
    for partition in schema.partitions(table.name):
        share(schema, partition)


def validate(_schema: Schema, table: Table, form: forms.ValidateConstraint) -> None:
    constraint = table.constraints.get(form.name)
    if constraint is None:
        return
    constraint.valid = True
    if constraint.kind == "not null":
        for name in constraint.columns:
            _null(table, name, not_null=True)


def drop_constraint(_schema: Schema, table: Table, form: forms.DropConstraint) -> None:
    dropped = table.constraints.pop(form.name, None)
    for name in [each.name for each in table.indexes.values() if each.constraint == form.name]:
        del table.indexes[name]
    if dropped is not None and dropped.kind == "not null":
        for name in dropped.columns:
            _null(table, name, not_null=False)


def rename_constraint(_schema: Schema, table: Table, form: forms.RenameConstraint) -> None:
    constraint = table.constraints.pop(form.name, None)
    if constraint is not None:
        constraint.name = form.new
        table.constraints[form.new] = constraint
    index = table.indexes.pop(form.name, None)
    if index is not None:
        index.name = index.constraint = form.new
        table.indexes[form.new] = index


def attach(schema: Schema, form: forms.AttachPartition) -> None:
    table = schema.table(form.partition)
    if table is not None and form.kind == "table":
        table.partition_of = schema.key(form.relation)
        table.default_partition = form.default
        share(schema, table)


def detach(schema: Schema, form: forms.DetachPartition) -> None:
    table = schema.table(form.partition)
    if table is not None:
        table.partition_of = None
        table.default_partition = False
