"""What each form makes of the schema. Forms that change nothing that a rule asks about are not here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from safemigrate.lint.schema import Column, Constraint, Index, Kind, Schema, Table
from safemigrate.plan import naming
from safemigrate.statement import forms, read
from safemigrate.statement.forms import Form, Relation

_INDEXED = ("unique", "primary key", "exclude")


def apply(schema: Schema, several: Iterable[Form], sql: str = "") -> None:
    """Change *schema* as these forms do; *sql* is their statement, for the bodies of functions."""
    for form in several:
        change = _CHANGES.get(type(form))
        if change is not None:
            change(schema, form)
        if isinstance(form, forms.Create) and form.kind in {"function", "procedure"}:
            schema.functions[form.name.name] = read.body(sql)


# -- tables


def _create_table(schema: Schema, form: forms.CreateTable) -> None:
    key = schema.key(form.relation)
    if form.if_not_exists and key in schema.tables:
        return
    table = Table(
        key,
        partitioned=form.partitioned,
        partition_key=form.partition_key,
        partition_of=schema.key(form.partition_of) if form.partition_of else None,
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


def _inherit(schema: Schema, table: Table, parent: Relation) -> None:
    known = schema.table(parent)
    table.whole &= known is not None and known.whole
    for column in known.columns.values() if known else ():
        table.columns[column.name] = Column(**vars(column))


def _add(schema: Schema, table: Table, column: forms.Column) -> None:
    table.columns[column.name] = Column(
        column.name,
        column.type,
        column.not_null,
        column.default,
        column.generated,
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
    elif added.kind in _INDEXED:
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
    return naming.choose(table.name.name, columns, naming.label(added.kind), table.constraints.keys())


def _null(table: Table, column: str, *, not_null: bool) -> None:
    if column in table.columns:
        table.columns[column].not_null = not_null


def _known(change: Callable[[Schema, Table, Any], None]) -> Callable[[Schema, Any], None]:
    """*change*, for forms on a table that is known."""

    def changed(schema: Schema, form: Any) -> None:
        table = schema.table(form.relation)
        if table is not None:
            change(schema, table, form)

    return changed


def _drop_table(schema: Schema, form: forms.DropTable) -> None:
    _gone(schema, form.relation)


def _gone(schema: Schema, relation: Relation) -> None:
    key = schema.key(relation)
    for table, constraint in list(schema.referring(key)):
        del table.constraints[constraint.name]
    for partition in schema.partitions(key):
        _gone(schema, partition.name)
    schema.tables.pop(key, None)
    schema.fresh.discard(key)


def _add_column(schema: Schema, table: Table, form: forms.AddColumn) -> None:
    if not (form.if_not_exists and form.column.name in table.columns):
        _add(schema, table, form.column)


def _drop_column(_schema: Schema, table: Table, form: forms.DropColumn) -> None:
    table.columns.pop(form.column, None)
    for name in [each.name for each in table.constraints.values() if form.column in each.columns]:
        del table.constraints[name]
    for name in [each.name for each in table.indexes.values() if form.column in each.columns]:
        del table.indexes[name]


def _rename_column(_schema: Schema, table: Table, form: forms.RenameColumn) -> None:
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


def _type(_schema: Schema, table: Table, form: forms.AlterColumnType) -> None:
    if form.column in table.columns:
        table.columns[form.column].type = form.type
        table.columns[form.column].collation = form.collation


def _set_default(_schema: Schema, table: Table, form: forms.SetDefault) -> None:
    if form.column in table.columns:
        table.columns[form.column].default = form.default


def _drop_default(_schema: Schema, table: Table, form: forms.DropDefault) -> None:
    if form.column in table.columns:
        table.columns[form.column].default = None


def _set_not_null(_schema: Schema, table: Table, form: forms.SetNotNull) -> None:
    _null(table, form.column, not_null=True)


def _drop_not_null(_schema: Schema, table: Table, form: forms.DropNotNull) -> None:
    _null(table, form.column, not_null=False)


def _alter_column(_schema: Schema, table: Table, form: forms.AlterColumn) -> None:
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


def _add_constraint(schema: Schema, table: Table, form: forms.AddConstraint) -> None:
    _constrain(schema, table, form.constraint, valid=not form.constraint.not_valid)


def _validate(_schema: Schema, table: Table, form: forms.ValidateConstraint) -> None:
    constraint = table.constraints.get(form.name)
    if constraint is None:
        return
    constraint.valid = True
    if constraint.kind == "not null":
        for name in constraint.columns:
            _null(table, name, not_null=True)


def _drop_constraint(_schema: Schema, table: Table, form: forms.DropConstraint) -> None:
    dropped = table.constraints.pop(form.name, None)
    for name in [each.name for each in table.indexes.values() if each.constraint == form.name]:
        del table.indexes[name]
    if dropped is not None and dropped.kind == "not null":
        for name in dropped.columns:
            _null(table, name, not_null=False)


def _rename_constraint(_schema: Schema, table: Table, form: forms.RenameConstraint) -> None:
    constraint = table.constraints.pop(form.name, None)
    if constraint is not None:
        constraint.name = form.new
        table.constraints[form.new] = constraint
    index = table.indexes.pop(form.name, None)
    if index is not None:
        index.name = index.constraint = form.new
        table.indexes[form.new] = index


def _attach(schema: Schema, form: forms.AttachPartition) -> None:
    table = schema.table(form.partition)
    if table is not None and form.kind == "table":
        table.partition_of = schema.key(form.relation)


def _detach(schema: Schema, form: forms.DetachPartition) -> None:
    table = schema.table(form.partition)
    if table is not None:
        table.partition_of = None


# -- names


def _rename(schema: Schema, form: forms.RenameRelation) -> None:
    if form.kind == "index":
        _rename_index(schema, form.relation, form.new)
        return
    _moved(schema, form.relation, Relation(form.new, schema.key(form.relation).schema))


def _set_schema(schema: Schema, form: forms.SetSchema) -> None:
    _moved(schema, form.name, Relation(form.name.name, form.schema))


def _moved(schema: Schema, old: Relation, new: Relation) -> None:
    before = schema.key(old)
    table = schema.tables.pop(before, None)
    if table is None:
        return
    table.name = new
    schema.tables[new] = table
    if before in schema.fresh:
        schema.fresh.remove(before)
        schema.fresh.add(new)
    for other in schema.tables.values():
        other.reads = tuple(new if name == before else name for name in other.reads)
        if other.partition_of == before:
            other.partition_of = new
        for constraint in other.constraints.values():
            if constraint.references == before:
                constraint.references = new


def _rename_index(schema: Schema, old: Relation, new: str) -> None:
    found = schema.index(old)
    if found is None:
        return
    table, index = found
    del table.indexes[index.name]
    if index.constraint:
        constraint = table.constraints.pop(index.constraint)
        constraint.name = index.constraint = new
        table.constraints[new] = constraint
    index.name = new
    table.indexes[new] = index


# -- indexes


def _create_index(schema: Schema, form: forms.CreateIndex) -> None:
    table = schema.table(form.relation)
    if table is None:
        # An index is known even where its table is not: what it makes possible later hangs on it.
        table = schema.tables[schema.key(form.relation)] = Table(schema.key(form.relation), whole=False)
    name = form.name or naming.choose(table.name.name, form.columns, "idx", table.indexes.keys())
    if form.if_not_exists and name in table.indexes:
        return
    table.indexes[name] = Index(name, form.columns, form.unique, form.partial, fresh=True)


def _drop_index(schema: Schema, form: forms.DropIndex) -> None:
    found = schema.index(form.index)
    if found is not None:
        del found[0].indexes[found[1].name]


# -- everything else


def _create(schema: Schema, form: forms.Create) -> None:
    key = schema.key(form.name)
    match form.kind:
        case "view" | "materialized view":
            kind: Kind = "view" if form.kind == "view" else "materialized view"
            reads = tuple(schema.key(each) for each in form.reads)
            schema.fresh |= set() if key in schema.tables else {key}
            schema.tables[key] = Table(key, kind, temporary=form.temporary, whole=False, reads=reads)
        case "enum":
            schema.enums[key] = list(form.labels)
            schema.fresh_types.add(key)
        case "domain":
            schema.domains.add(key)
            schema.fresh_types.add(key)
        case "sequence":
            schema.sequences.add(key)


def _drop(schema: Schema, form: forms.Drop) -> None:
    match form.kind:
        case "view" | "materialized view" | "foreign table":
            _gone(schema, form.name)
        case "type":
            schema.enums.pop(schema.key(form.name), None)
        case "domain":
            schema.domains.discard(schema.key(form.name))
        case "sequence":
            schema.sequences.discard(schema.key(form.name))
        case "function" | "procedure":
            schema.functions.pop(form.name.name, None)
        case "schema":
            for key in [key for key in schema.tables if key.schema == form.name.name]:
                _gone(schema, key)


def _add_enum_value(schema: Schema, form: forms.AddEnumValue) -> None:
    schema.enums.setdefault(schema.key(form.type), []).append(form.value)


def _rename_type(schema: Schema, form: forms.Rename) -> None:
    old, new = schema.key(form.name), Relation(form.new, schema.key(form.name).schema)
    if old in schema.enums:
        schema.enums[new] = schema.enums.pop(old)
    if old in schema.domains:
        schema.domains.discard(old)
        schema.domains.add(new)


def _do(schema: Schema, form: forms.Do) -> None:
    apply(schema, form.inside)


def _select(schema: Schema, form: forms.Select) -> None:
    """A function of the history's own may change the schema."""
    for name in form.functions:
        apply(schema, schema.functions.get(name.rpartition(".")[2], ()))


# The values take the form of their key: more than a type checker can follow through a dictionary.
_CHANGES: dict[type[Form], Callable[[Schema, Any], None]] = {
    forms.CreateTable: _create_table,
    forms.DropTable: _drop_table,
    forms.AddColumn: _known(_add_column),
    forms.DropColumn: _known(_drop_column),
    forms.RenameColumn: _known(_rename_column),
    forms.AlterColumnType: _known(_type),
    forms.SetDefault: _known(_set_default),
    forms.DropDefault: _known(_drop_default),
    forms.SetNotNull: _known(_set_not_null),
    forms.DropNotNull: _known(_drop_not_null),
    forms.AlterColumn: _known(_alter_column),
    forms.AddConstraint: _known(_add_constraint),
    forms.ValidateConstraint: _known(_validate),
    forms.DropConstraint: _known(_drop_constraint),
    forms.RenameConstraint: _known(_rename_constraint),
    forms.AttachPartition: _attach,
    forms.DetachPartition: _detach,
    forms.RenameRelation: _rename,
    forms.SetSchema: _set_schema,
    forms.CreateIndex: _create_index,
    forms.DropIndex: _drop_index,
    forms.Create: _create,
    forms.Drop: _drop,
    forms.AddEnumValue: _add_enum_value,
    forms.Rename: _rename_type,
    forms.Do: _do,
    forms.Select: _select,
}
