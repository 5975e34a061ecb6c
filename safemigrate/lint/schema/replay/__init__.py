"""What each form makes of the schema. Forms that change nothing that a rule asks about are not here.

tables   tables, their columns, constraints and partitions          objects   names, indexes, views, types
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from safemigrate.lint.schema import Column, Schema, Table
from safemigrate.lint.schema.replay import objects, tables
from safemigrate.statement import forms, read
from safemigrate.statement.forms import Form


def apply(schema: Schema, several: Iterable[Form], sql: str = "") -> None:
    """Change *schema* as these forms do; *sql* is their statement, for the bodies of functions."""
    for form in several:
        change = _CHANGES.get(type(form))
        if change is not None:
            change(schema, form)
        if isinstance(form, forms.Create) and form.kind in {"function", "procedure"}:
            schema.functions[form.name.name] = read.body(sql)


def told(schema: Schema, several: Iterable[Form], existing_type: str) -> None:
    """Enter the *existing_type* that an operation says a column has, where the history does not know the column."""
    for form in several if existing_type else ():
        if isinstance(form, forms.AlterColumnType) and schema.column(form.relation, form.column) is None:
            key = schema.key(form.relation)
            table = schema.tables.setdefault(key, Table(key, whole=False))
            table.columns[form.column] = Column(form.column, _spelled(existing_type))


def _spelled(existing_type: str) -> str:
    """A type as forms spell it."""
    parsed = read.forms(f"ALTER TABLE t ALTER c TYPE {existing_type}")
    return next((form.type for form in parsed if isinstance(form, forms.AlterColumnType)), existing_type)


def _do(schema: Schema, form: forms.Do) -> None:
    apply(schema, form.inside)


def _select(schema: Schema, form: forms.Select) -> None:
    """A function of the history's own may change the schema; one that calls itself does so once."""
    for name in (name.rpartition(".")[2] for name in form.functions):
        body = schema.functions.pop(name, None)
        if body is not None:
            apply(schema, body)
            schema.functions[name] = body


# The values take the form of their key: more than a type checker can follow through a dictionary.
_CHANGES: dict[type[Form], Callable[[Schema, Any], None]] = {
    forms.CreateTable: tables.create_table,
    forms.DropTable: tables.drop_table,
    forms.AddColumn: tables.known(tables.add_column),
    forms.DropColumn: tables.known(tables.drop_column),
    forms.RenameColumn: tables.known(tables.rename_column),
    forms.AlterColumnType: tables.known(tables.column_type),
    forms.SetDefault: tables.known(tables.set_default),
    forms.DropDefault: tables.known(tables.drop_default),
    forms.SetNotNull: tables.known(tables.set_not_null),
    forms.DropNotNull: tables.known(tables.drop_not_null),
    forms.AlterColumn: tables.known(tables.alter_column),
    forms.AddConstraint: tables.known(tables.add_constraint),
    forms.ValidateConstraint: tables.known(tables.validate),
    forms.DropConstraint: tables.known(tables.drop_constraint),
    forms.RenameConstraint: tables.known(tables.rename_constraint),
    forms.AttachPartition: tables.attach,
    forms.DetachPartition: tables.detach,
    forms.RenameRelation: objects.rename,
    forms.SetSchema: objects.set_schema,
    forms.CreateIndex: objects.create_index,
    forms.DropIndex: objects.drop_index,
    forms.RefreshMatview: objects.refresh,
    forms.Create: objects.create,
    forms.Drop: objects.drop,
    forms.AddEnumValue: objects.add_enum_value,
    forms.AlterDomain: objects.alter_domain,
    forms.Rename: objects.rename_named,
    forms.Do: _do,
    forms.Select: _select,
}
