"""What DROP ... CASCADE takes with it, as far as the history knows: views, foreign keys, columns of a type, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from safemigrate.lint.advice import spell
from safemigrate.lint.schema import Constraint, Schema, Table
from safemigrate.statement import forms
from safemigrate.statement.forms import Form, Relation


@dataclass(frozen=True, slots=True)
class Dependant:
    """*what* it is, for a sentence; *drop* is the line of a revision that drops it by name."""

    what: str
    drop: str


def of(form: Form, schema: Schema) -> list[Dependant]:
    """What depends on the thing that *form* drops; in the order in which it can be dropped, each once."""
    return list(dict.fromkeys(_dependants(form, schema)))


def _dependants(form: Form, schema: Schema) -> Iterator[Dependant]:
    match form:
        case forms.DropTable():
            yield from _views(form.relation, schema)
            yield from _foreign_keys(form.relation, schema)
        case forms.DropColumn():
            yield from _users(form.relation, form.column, schema)
            yield from _foreign_keys_on(form.relation, (form.column,), schema)
        case forms.DropConstraint():
            table = schema.table(form.relation)
            key = table.constraints.get(form.name) if table else None
            yield from _foreign_keys_on(form.relation, key.columns if key else (), schema)
        case forms.Drop(kind="view" | "materialized view"):
            yield from _views(form.name, schema)
        case forms.Drop(kind="type" | "domain"):
            yield from _columns(form.name, schema)
        case forms.Drop(kind="schema"):
            yield from _tables(form.name.name, schema)


def _views(relation: Relation, schema: Schema, depth: int = 20) -> Iterator[Dependant]:
    """The views of a relation, each after those that are made of it."""
    for view in schema.views_of(relation) if depth else ():
        yield from _view(view, schema, depth)


def _view(view: Table, schema: Schema, depth: int = 20) -> Iterator[Dependant]:
    yield from _views(view.name, schema, depth - 1)
    shown, kind = _shown(view, schema), view.kind
    yield Dependant(f"{kind} {shown}", spell.execute(f"DROP {kind.upper()} {spell.relation(shown)}"))


def _users(relation: Relation, column: str, schema: Schema) -> Iterator[Dependant]:
    """What uses one column: views, and columns that are computed from it."""
    for view in schema.views_of(relation):
        if view.shows(column):
            yield from _view(view, schema)
    table = schema.table(relation)
    named = re.compile(rf"(?<!\w){re.escape(column)}(?!\w)")
    for other in table.columns.values() if table else ():
        if table and other.generated and other.name != column and named.search(other.expression):
            yield _column(_shown(table, schema), other.name)


def _foreign_keys(relation: Relation, schema: Schema) -> Iterator[Dependant]:
    for table, constraint in schema.referring(relation):
        yield _foreign_key(_shown(table, schema), constraint)


def _foreign_keys_on(relation: Relation, columns: tuple[str, ...], schema: Schema) -> Iterator[Dependant]:
    """The foreign keys that point at a key over *columns*: at the primary key, as nearly all do."""
    table = schema.table(relation)
    key = table.primary_key() if table else None
    if key is not None and set(columns) & set(key.columns):
        yield from _foreign_keys(relation, schema)


def _foreign_key(shown: Relation, constraint: Constraint) -> Dependant:
    drop = spell.call("drop_constraint", constraint.name, shown.name, type_="foreignkey", **spell.schema(shown))
    return Dependant(f"foreign key {constraint.name} of {shown}", drop)


def _columns(type: Relation, schema: Schema) -> Iterator[Dependant]:
    names = {type.name, str(type), str(schema.key(type))}
    for table in schema.tables.values():
        for column in table.columns.values():
            if column.type.removesuffix("[]") in names:
                yield from _users(table.name, column.name, schema)
                yield _column(_shown(table, schema), column.name)


def _column(shown: Relation, name: str) -> Dependant:
    drop = spell.call("drop_column", shown.name, name, **spell.schema(shown))
    return Dependant(f"column {shown}.{name}", drop)


def _tables(name: str, schema: Schema) -> Iterator[Dependant]:
    for table in schema.tables.values():
        if table.name.schema == name and table.kind == "table":
            yield from _foreign_keys(table.name, schema)
            yield Dependant(f"table {table.name}", spell.call("drop_table", table.name.name, schema=name))


def _shown(table: Table, schema: Schema) -> Relation:
    """As people write it: without the schema that is searched anyway."""
    return Relation(table.name.name) if table.name.schema == schema.search_path else table.name
