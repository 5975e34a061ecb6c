"""Taking back the creation, change and drop of what has a name and is no table: types, views, functions, triggers, …"""

from __future__ import annotations

from collections.abc import Callable

from safemigrate.facts import Relation
from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.undo import definitions
from safemigrate.plan.undo.base import NOTHING, OPEN, comment, lost, qualified, sql
from safemigrate.statement import forms
from safemigrate.steps import Undo

_ON_TABLE = {"trigger", "rule", "policy"}
_ROUTINES = {"function", "procedure", "routine"}
_RELATIONS = {"view", "materialized view", "sequence", "table", "foreign table", "index"}
_TYPES = {"enum", "composite type", "domain", "range", "type"}
# DROP says TYPE for what CREATE TYPE makes in several ways.
_WORDS = {"enum": "TYPE", "composite type": "TYPE", "range": "TYPE", "routine": "ROUTINE"}


def target(kind: str, name: Relation, on: Relation | None, arguments: tuple[str, ...], catalog: Catalog | None) -> str:
    """A thing as DROP, COMMENT and ALTER name it, without the word for its kind."""
    if on:
        return f"{text.name(name.name)} ON {qualified(catalog, on)}"
    if kind == "aggregate":
        return text.signature(_in_schema(catalog, name), arguments or ("*",))
    if kind in _ROUTINES:
        return text.signature(_in_schema(catalog, name), arguments)
    if kind in {"schema", "extension", "role", "publication", "database"}:
        return text.name(name.name)
    return text.relation(_in_schema(catalog, name))


def _in_schema(catalog: Catalog | None, name: Relation) -> Relation:
    """*name* with the schema in which CREATE will put it."""
    if name.schema or catalog is None:
        return name
    return Relation(name.name, catalog.value("current_schema"))


def _word(kind: str) -> str:
    return _WORDS.get(kind, kind.upper())


def existing(
    catalog: Catalog, kind: str, name: Relation, on: Relation | None, arguments: tuple[str, ...]
) -> definitions.Definition | None:
    """How a thing is now; None where it is not there or cannot be read."""
    if on and kind in _ON_TABLE:
        return definitions.on_table(catalog, kind, on, name.name)
    if kind in _ROUTINES:
        return definitions.function(catalog, name, arguments)
    if kind in _TYPES:
        return definitions.type_(catalog, name)
    reader = _READERS.get(kind)
    return reader(catalog, name) if reader else None


_READERS: dict[str, Callable[[Catalog, Relation], definitions.Definition | None]] = {
    "view": definitions.view,
    "materialized view": definitions.view,
    "sequence": definitions.sequence,
    "schema": definitions.schema,
    "statistics": definitions.statistics,
    "extension": definitions.extension,
}


def create(form: forms.Create, catalog: Catalog | None) -> Undo:
    drop = f"DROP {_word(form.kind)} IF EXISTS {target(form.kind, form.name, form.on, form.arguments, catalog)}"
    if not (form.replace or form.if_not_exists):
        if form.kind in {"statistics", "policy", "rule", "trigger"} | _ROUTINES | _RELATIONS | _TYPES | {
            "schema", "extension", "collation", "publication", "role", "aggregate",
        }:  # fmt: skip
            return sql(_drop(form, drop, catalog))
        return lost(f"how to undo CREATE {form.kind.upper()} is not known")
    if catalog is None:
        return OPEN
    before = existing(catalog, form.kind, form.name, form.on, form.arguments)
    if before is None:
        return sql(_drop(form, drop, catalog))
    return NOTHING if form.if_not_exists and not form.replace else sql(*before.replaced)


def _drop(form: forms.Create, drop: str, catalog: Catalog | None) -> str:
    if form.kind == "statistics":
        return f"DROP STATISTICS IF EXISTS {qualified(catalog, form.name) if catalog else text.relation(form.name)}"
    return drop


def drop(form: forms.Drop, catalog: Catalog | None) -> Undo:
    if catalog is None:
        return OPEN
    before = existing(catalog, form.kind, form.name, form.on, form.arguments)
    if before is None:
        return NOTHING if form.if_exists else lost(f"the definition of {form.kind} {form.name}")
    if form.cascade:
        return lost(f"what CASCADE drops with {form.kind} {form.name}")
    if before.loses:
        return lost(before.loses, *before.made)
    return sql(*before.made)


def alter(form: forms.Alter, catalog: Catalog | None) -> Undo:
    if form.kind not in {"sequence", "policy", *_ROUTINES}:
        return lost(f"how to undo ALTER {form.kind.upper()} is not known")
    if catalog is None:
        return OPEN
    before = existing(catalog, form.kind, form.name, form.on, form.arguments)
    return sql(*before.replaced) if before else OPEN


def rename(form: forms.Rename, catalog: Catalog | None) -> Undo:
    new = Relation(form.new, form.name.schema)
    if form.on is None and form.kind not in {"schema", "role", "extension"} and not new.schema and catalog:
        row = catalog.type(form.name) if form.kind in {"type", "domain"} else None
        routine = catalog.function(form.name, form.arguments) if form.kind in _ROUTINES else None
        schema = (row or routine or {}).get("schema")
        new = Relation(form.new, schema)
        if schema is None:
            return OPEN
    words = target(form.kind, new, form.on, form.arguments, catalog if form.on else None)
    return sql(f"ALTER {_word(form.kind)} {words} RENAME TO {text.name(form.name.name)}")


def set_schema(form: forms.SetSchema, catalog: Catalog | None) -> Undo:
    old = form.name.schema
    if old is None:
        row = _row(catalog, form.kind, form.name, form.arguments) if catalog else None
        if row is None:
            return OPEN
        old = row["schema"]
    moved = Relation(form.name.name, form.schema)
    words = target(form.kind, moved, None, form.arguments, None)
    return sql(f"ALTER {_word(form.kind)} {words} SET SCHEMA {text.name(str(old))}")


def set_owner(form: forms.SetOwner, catalog: Catalog | None) -> Undo:
    row = _row(catalog, form.kind, form.name, form.arguments) if catalog else None
    if row is None:
        return OPEN if catalog is None else lost(f"the former owner of {form.kind} {form.name}")
    words = target(form.kind, Relation(form.name.name, row.get("schema")), None, form.arguments, None)
    return sql(f"ALTER {_word(form.kind)} {words} OWNER TO {text.name(row['owner'])}")


def _row(catalog: Catalog, kind: str, name: Relation, arguments: tuple[str, ...]) -> Row | None:
    if kind in _RELATIONS:
        return catalog.relation(name)
    if kind in _TYPES:
        return catalog.type(name)
    if kind in _ROUTINES:
        return catalog.function(name, arguments)
    return catalog.row("schema", name=name.name) if kind == "schema" else None


# -- types


def add_enum_value(form: forms.AddEnumValue, catalog: Catalog | None) -> Undo:
    row = catalog.type(form.type) if catalog else None
    if row and form.value in row["labels"]:
        return NOTHING
    return Undo(keeps=f"label {form.value!r} stays in type {form.type}")


def rename_enum_value(form: forms.RenameEnumValue, catalog: Catalog | None) -> Undo:
    row = catalog.type(form.type) if catalog else None
    name = text.relation(Relation(row["name"], row["schema"]) if row else form.type)
    return sql(f"ALTER TYPE {name} RENAME VALUE {text.literal(form.new)} TO {text.literal(form.value)}")


def alter_domain(form: forms.AlterDomain, catalog: Catalog | None) -> Undo:
    row = catalog.type(form.type) if catalog else None
    if not (catalog and row):
        return OPEN
    name = f"ALTER DOMAIN {text.relation(catalog.named(row))}"
    constraints = {each["name"]: each for each in catalog.rows("domain_constraints", oid=row["oid"])}
    before = constraints.get(form.name)
    match form.action:
        case "default":
            return sql(f"{name} SET DEFAULT {row['expression']}" if row["expression"] else f"{name} DROP DEFAULT")
        case "set not null" | "drop not null":
            return sql(f"{name} {'SET' if row['not_null'] else 'DROP'} NOT NULL")
        case "add constraint" if form.name:
            return sql(f"{name} DROP CONSTRAINT IF EXISTS {text.name(form.name)}")
        case "drop constraint" | "validate constraint" if before:
            again = f"{name} ADD CONSTRAINT {text.name(form.name)} {before['definition']}"
            drop = () if form.action == "drop constraint" else (f"{name} DROP CONSTRAINT {text.name(form.name)}",)
            return sql(*drop, again)
    return lost(f"how to undo {form.action} of domain {form.type} is not known")


def alter_type(form: forms.AlterType, catalog: Catalog | None) -> Undo:
    if form.action == "add attribute":
        return sql(f"ALTER TYPE {_type_name(form.type, catalog)} DROP ATTRIBUTE IF EXISTS {text.name(form.name)}")
    return lost(f"how to undo {form.action} of type {form.type} is not known")


def _type_name(name: Relation, catalog: Catalog | None) -> str:
    row = catalog.type(name) if catalog else None
    return text.relation(catalog.named(row) if catalog and row else name)


# -- comments


def comment_on(form: forms.Comment, catalog: Catalog | None) -> Undo:
    if catalog is None:
        return OPEN
    words = _commented(form, catalog)
    before = _comment(form, catalog)
    return OPEN if before is None else sql(comment(form.kind, words, before[0]))


def _commented(form: forms.Comment, catalog: Catalog) -> str:
    if form.kind == "column":
        return f"{qualified(catalog, form.name)}.{text.name(form.part)}"
    if form.part:
        return f"{text.name(form.part)} ON {qualified(catalog, form.name)}"
    if form.kind in _RELATIONS:
        return qualified(catalog, form.name)
    row = _row(catalog, form.kind, form.name, form.arguments)
    schema = form.name.schema or (row or {}).get("schema")
    return target(form.kind, Relation(form.name.name, schema), None, form.arguments, None)


def _comment(form: forms.Comment, catalog: Catalog) -> tuple[str | None] | None:
    """The comment in a tuple, which may be of None; None where the thing is not there or cannot be read."""
    row: Row | None
    if form.kind in {"column", "constraint"}:
        owner = catalog.relation(form.name)
        reader = catalog.column if form.kind == "column" else catalog.constraint
        row = reader(owner, form.part) if owner else None
    elif form.kind in _ON_TABLE:
        row = catalog.part(form.kind, form.name, form.part)
    elif form.kind == "extension":
        row = catalog.row("extension", name=form.name.name)
    elif form.kind == "statistics":
        row = catalog.row("statistics", name=form.name.name, schema=form.name.schema)
    else:
        row = _row(catalog, form.kind, form.name, form.arguments)
    return (row["comment"],) if row else None
