"""What DROP ... CASCADE takes with it, as far as the history knows: views, foreign keys, columns of a type, tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safemigrate.lint import spell
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
            yield from _showing(form, schema)
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
        yield from _views(view.name, schema, depth - 1)
        yield Dependant(f"{view.kind} {_shown(view, schema)}", _drop(view, schema))


def _showing(form: forms.DropColumn, schema: Schema) -> Iterator[Dependant]:
    """The history knows which tables and which columns a view names, not which column is of which table."""
    for view in (view for view in schema.views_of(form.relation) if view.shows(form.column)):
        what = f"{view.kind} {_shown(view, schema)} if it shows {form.column}"
        yield Dependant(what, f"# if it does: {_drop(view, schema)}")


def _drop(view: Table, schema: Schema) -> str:
    return spell.execute(f"DROP {view.kind.upper()} {spell.relation(_shown(view, schema))}")


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
                shown = _shown(table, schema)
                drop = spell.call("drop_column", shown.name, column.name, **spell.schema(shown))
                yield Dependant(f"column {shown}.{column.name}", drop)


def _tables(name: str, schema: Schema) -> Iterator[Dependant]:
    for table in schema.tables.values():
        if table.name.schema == name and table.kind == "table":
            yield from _foreign_keys(table.name, schema)
            yield Dependant(f"table {table.name}", spell.call("drop_table", table.name.name, schema=name))


def _shown(table: Table, schema: Schema) -> Relation:
    """As people write it: without the schema that is searched anyway."""
    return Relation(table.name.name) if table.name.schema == schema.search_path else table.name
