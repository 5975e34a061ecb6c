"""What renames, indexes, and everything that is created and dropped by name, make of the schema."""

from __future__ import annotations

from safemigrate.facts import identifiers
from safemigrate.lint.schema import Index, Kind, Schema, Table
from safemigrate.lint.schema.replay import tables
from safemigrate.statement import forms
from safemigrate.statement.forms import Relation, Volatility

_VOLATILITIES: tuple[Volatility, ...] = ("constant", "stable", "unknown", "volatile")


def rename(schema: Schema, form: forms.RenameRelation) -> None:
    if form.kind == "index":
        _rename_index(schema, form.relation, form.new)
        return
    _moved(schema, form.relation, Relation(form.new, schema.key(form.relation).schema))


def set_schema(schema: Schema, form: forms.SetSchema) -> None:
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


def create_index(schema: Schema, form: forms.CreateIndex) -> None:
    table = schema.table(form.relation)
    if table is None:
        # An index is known even where its table is not: what it makes possible later hangs on it.
        table = schema.tables[schema.key(form.relation)] = Table(schema.key(form.relation), whole=False)
    name = form.name or identifiers.choose(table.name.name, form.columns, "idx", table.indexes.keys())
    if form.if_not_exists and name in table.indexes:
        return
    table.indexes[name] = Index(name, form.columns, form.unique, form.partial, fresh=True)
    for partition in () if form.only else schema.partitions(table.name):
        tables.share(schema, partition)


def drop_index(schema: Schema, form: forms.DropIndex) -> None:
    found = schema.index(form.index)
    if found is not None:
        del found[0].indexes[found[1].name]


def refresh(schema: Schema, form: forms.RefreshMatview) -> None:
    view = schema.table(form.relation)
    if view is not None:
        view.filled = form.filled


def create(schema: Schema, form: forms.Create) -> None:
    key = schema.key(form.name)
    match form.kind:
        case "view" | "materialized view":
            kind: Kind = "view" if form.kind == "view" else "materialized view"
            reads = tuple(schema.key(each) for each in form.reads)
            schema.fresh |= set() if key in schema.tables else {key}
            made = Table(key, kind, temporary=form.temporary, whole=False, reads=reads, uses=form.uses)
            made.filled = form.filled
            schema.tables[key] = made
        case "enum":
            schema.enums[key] = list(form.labels)
            schema.fresh_types.add(key)
        case "domain":
            schema.domains.add(key)
            schema.fresh_types.add(key)
            schema.constrained |= {key} if form.constrained else set()
        case "composite type" | "range" | "type":
            schema.types.add(key)
            schema.fresh_types.add(key)
        case "sequence":
            schema.sequences.add(key)
        case "extension":
            schema.extensions.add(form.name.name)
        case "function":
            # Of several with one name and other arguments, the worst is believed.
            known = schema.volatilities.get(form.name.name, form.volatility)
            worst = form.volatility if form.replace else max(known, form.volatility, key=_VOLATILITIES.index)
            schema.volatilities[form.name.name] = worst


def drop(schema: Schema, form: forms.Drop) -> None:
    match form.kind:
        case "view" | "materialized view" | "foreign table":
            tables.gone(schema, form.name)
        case "type":
            schema.enums.pop(schema.key(form.name), None)
            schema.types.discard(schema.key(form.name))
        case "domain":
            schema.domains.discard(schema.key(form.name))
            schema.constrained.discard(schema.key(form.name))
        case "sequence":
            schema.sequences.discard(schema.key(form.name))
        case "function" | "procedure":
            schema.functions.pop(form.name.name, None)
            schema.volatilities.pop(form.name.name, None)
        case "schema":
            for key in [key for key in schema.tables if key.schema == form.name.name]:
                tables.gone(schema, key)


def add_enum_value(schema: Schema, form: forms.AddEnumValue) -> None:
    schema.enums.setdefault(schema.key(form.type), []).append(form.value)


def alter_domain(schema: Schema, form: forms.AlterDomain) -> None:
    """Whether its last constraint went is not known: one that had any keeps counting as constrained."""
    if form.action in {"add constraint", "set not null"}:
        schema.constrained.add(schema.key(form.type))


def rename_named(schema: Schema, form: forms.Rename) -> None:
    """ALTER … RENAME of a type, a domain or a schema."""
    if form.kind == "schema":
        _rename_schema(schema, form.name.name, form.new)
        return
    old, new = schema.key(form.name), Relation(form.new, schema.key(form.name).schema)
    if old in schema.enums:
        schema.enums[new] = schema.enums.pop(old)
    if old in schema.domains:
        schema.domains.discard(old)
        schema.domains.add(new)
    for names in (schema.constrained, schema.types):
        if old in names:
            names.discard(old)
            names.add(new)


def _rename_schema(schema: Schema, old: str, new: str) -> None:
    for key in [key for key in schema.tables if key.schema == old]:
        _moved(schema, key, Relation(key.name, new))
    schema.enums = {_within(key, old, new): labels for key, labels in schema.enums.items()}
    for names in (schema.domains, schema.constrained, schema.types, schema.sequences, schema.fresh_types):
        moved = {key for key in names if key.schema == old}
        names -= moved
        names |= {_within(key, old, new) for key in moved}


def _within(key: Relation, old: str, new: str) -> Relation:
    return Relation(key.name, new) if key.schema == old else key
