"""Taking back what was done to columns."""

from __future__ import annotations

from safemigrate.facts import types
from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.undo.base import NOTHING, OPEN, alter, comments, lost, qualified, sql, table
from safemigrate.statement import forms
from safemigrate.steps import Undo

_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_COMPRESSION = {"": "default", "p": "pglz", "l": "lz4"}
_IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}


def _before(catalog: Catalog | None, form: forms.TableForm, column: str) -> tuple[Catalog, Row, Row] | None:
    """The catalog, the table and its column as they are; None where one of them is missing."""
    found = table(catalog, form.relation)
    row = found[0].column(found[1], column) if found else None
    return (*found, row) if found and row else None


def add_column(form: forms.AddColumn, catalog: Catalog | None) -> Undo:
    if form.if_not_exists:
        if catalog is None:
            return OPEN
        if _before(catalog, form, form.column.name):
            return NOTHING
    return sql(alter(qualified(catalog, form.relation), f"DROP COLUMN IF EXISTS {text.name(form.column.name)}"))


def drop_column(form: forms.DropColumn, catalog: Catalog | None) -> Undo:
    what = f"the values of {form.relation}.{form.column}"
    before = _before(catalog, form, form.column)
    if before is None:
        return NOTHING if catalog and form.if_exists else lost(what)
    _catalog, _table, column = before
    owner = qualified(catalog, form.relation)
    # Without NOT NULL: the empty column could not have it.
    statements = [alter(owner, f"ADD COLUMN {text.name(form.column)} {column['type']}{_collation(column)}")]
    if column["expression"] and not column["generated"]:
        statements.append(alter(owner, _set_default(column)))
    return lost(what, *statements)


def _collation(column: Row) -> str:
    return f" COLLATE {column['collation']}" if column["collation"] else ""


def _set_default(column: Row) -> str:
    name = text.name(column["name"])
    if column["expression"] is None:
        return f"ALTER COLUMN {name} DROP DEFAULT"
    return f"ALTER COLUMN {name} SET DEFAULT {column['expression']}"


def default(form: forms.SetDefault | forms.DropDefault, catalog: Catalog | None) -> Undo:
    before = _before(catalog, form, form.column)
    if before is None:
        return OPEN
    return sql(alter(qualified(catalog, form.relation), _set_default(before[2])))


def set_not_null(form: forms.SetNotNull, catalog: Catalog | None) -> Undo:
    before = _before(catalog, form, form.column)
    if before is None:
        return OPEN
    if before[2]["not_null"]:
        return NOTHING
    return sql(alter(qualified(catalog, form.relation), f"ALTER COLUMN {text.name(form.column)} DROP NOT NULL"))


def drop_not_null(form: forms.DropNotNull, catalog: Catalog | None) -> Undo:
    before = _before(catalog, form, form.column)
    if before is None:
        return OPEN
    if not before[2]["not_null"]:
        return NOTHING
    found, owner, _column = before
    name = found.value("not_null_constraint", oid=owner["oid"], column=form.column)
    return sql(*not_null(qualified(catalog, form.relation), form.column, name))


def not_null(owner: str, column: str, name: str | None) -> tuple[str, ...]:
    """NOT NULL again without reading the table under a strong lock. *name* is its constraint's (PostgreSQL 18)."""
    if name:
        quoted = text.name(name)
        return (
            alter(owner, f"ADD CONSTRAINT {quoted} NOT NULL {text.name(column)} NOT VALID"),
            alter(owner, f"VALIDATE CONSTRAINT {quoted}"),
        )
    helper = text.name(f"safemigrate_{column}"[:55] + "_nn")
    return (
        alter(owner, f"DROP CONSTRAINT IF EXISTS {helper}"),
        alter(owner, f"ADD CONSTRAINT {helper} CHECK ({text.name(column)} IS NOT NULL) NOT VALID"),
        alter(owner, f"VALIDATE CONSTRAINT {helper}"),
        alter(owner, f"ALTER COLUMN {text.name(column)} SET NOT NULL"),
        alter(owner, f"DROP CONSTRAINT {helper}"),
    )


def column_type(form: forms.AlterColumnType, catalog: Catalog | None) -> Undo:
    before = _before(catalog, form, form.column)
    if before is None:
        return OPEN
    found, owner, column = before
    name, old = text.name(form.column), column["type"]
    through_text = _enum_and_text(found, column, form)
    actions = [f"ALTER COLUMN {name} TYPE {old}{_collation(column)}{_using(form, column, through_text=through_text)}"]
    if column["expression"] and not column["generated"]:
        # A default is converted with its column; dropped and set again, its text is what it was.
        actions = [f"ALTER COLUMN {name} DROP DEFAULT", *actions, _set_default(column)]
    target = qualified(catalog, form.relation)
    rewritten = [] if types.parse(old).base == types.parse(form.type).base else _checks(found, owner, form.column)
    for each in rewritten:
        # One that the revision made may be gone by now; what it made is dropped when that is taken back.
        actions += [f"DROP CONSTRAINT IF EXISTS {text.name(each['name'])}"]
        actions += [f"ADD CONSTRAINT {text.name(each['name'])} {each['definition']}"]
    statements = [alter(target, *actions)]
    for each in rewritten:
        statements += comments("constraint", f"{text.name(each['name'])} ON {target}", each["comment"])
    if column["storage"] != column["type_storage"]:
        statements.append(alter(target, f"ALTER COLUMN {name} SET STORAGE {_STORAGE[column['storage']]}"))
    if through_text or types.reversible(old, form.type, form.using, form.column):
        return sql(*statements)
    return lost(f"what the conversion of {form.relation}.{form.column} from {old} to {form.type} changed", *statements)


def _checks(catalog: Catalog, owner: Row, column: str) -> list[Row]:
    """The checks that get a cast when the type of *column* changes, and another when it changes back."""
    names = [row["name"] for row in catalog.rows("checks_on", oid=owner["oid"], column=column)]
    return [row for name in names if (row := catalog.constraint(owner, name))]


def _enum_and_text(catalog: Catalog, column: Row, form: forms.AlterColumnType) -> bool:
    """Between enums, and between an enum and text, the labels are the values: nothing is lost on the way."""
    if form.using is not None and not types.through_text(form.using, form.column):
        return False
    after = catalog.row("type", name=form.type)
    kinds = [column["type_kind"] == "e", bool(after and after["kind"] == "e")]
    names = [types.parse(column["type"]).base, types.parse(form.type).base]
    return any(kinds) and all(is_enum or name in types.TEXTS for is_enum, name in zip(kinds, names, strict=True))


def _using(form: forms.AlterColumnType, column: Row, *, through_text: bool) -> str:
    name, old, new = text.name(form.column), types.parse(column["type"]), types.parse(form.type)
    if through_text:
        return f" USING {name}::text::{column['type']}"
    # The assignment cast refuses what does not fit; an explicit one would cut it off.
    if old.base == new.base or {old.base, new.base} <= {*types.TEXTS} or {old.base, new.base} <= {*types.INTEGERS}:
        return ""
    return f" USING {name}::{column['type']}"


def alter_column(form: forms.AlterColumn, catalog: Catalog | None) -> Undo:
    before = _before(catalog, form, form.column)
    if before is None:
        return OPEN
    found, _table, column = before
    target, name = qualified(catalog, form.relation), text.name(form.column)
    match form.action:
        case "add identity":
            return sql(alter(target, f"ALTER COLUMN {name} DROP IDENTITY IF EXISTS"))
        case "drop identity":
            return sql(*_identity(found, column, target)) if column["identity"] else NOTHING
        case "set identity":
            return sql(alter(target, f"ALTER COLUMN {name} {_identity_options(found, column)}"))
        case "drop expression":
            return lost(f"the expression of {form.relation}.{form.column}") if column["generated"] else NOTHING
        case "set expression":
            return sql(alter(target, f"ALTER COLUMN {name} SET EXPRESSION AS ({column['expression']})"))
        case "set statistics":
            number = -1 if column["statistics"] is None else column["statistics"]
            return sql(alter(target, f"ALTER COLUMN {name} SET STATISTICS {number}"))
        case "set storage":
            return sql(alter(target, f"ALTER COLUMN {name} SET STORAGE {_STORAGE[column['storage']]}"))
        case "set compression":
            return sql(alter(target, f"ALTER COLUMN {name} SET COMPRESSION {_COMPRESSION[column['compression']]}"))
    reset = f"ALTER COLUMN {name} RESET (n_distinct, n_distinct_inherited)"
    if not column["options"]:
        return sql(alter(target, reset))
    return sql(alter(target, reset), alter(target, f"ALTER COLUMN {name} SET ({', '.join(column['options'])})"))


def _sequence(catalog: Catalog, column: Row) -> tuple[Row, Row] | None:
    """The sequence behind an identity or serial column: its relation and its parameters."""
    oid = catalog.row("relation", name=column["sequence"]) if column["sequence"] else None
    parameters = catalog.row("sequence", oid=oid["oid"]) if oid else None
    return (oid, parameters) if oid and parameters else None


def _identity(catalog: Catalog, column: Row, target: str) -> tuple[str, ...]:
    """The identity again with its sequence's name, parameters and position."""
    found = _sequence(catalog, column)
    name, always = text.name(column["name"]), _IDENTITY[column["identity"]]
    if found is None:
        return (alter(target, f"ALTER COLUMN {name} ADD GENERATED {always} AS IDENTITY"),)
    row, it = found
    sequence = text.relation(catalog.named(row))
    options = (
        f"SEQUENCE NAME {sequence} START WITH {it['start']} INCREMENT BY {it['increment']} MINVALUE {it['minimum']} "
        f"MAXVALUE {it['maximum']} CACHE {it['cache']}{' CYCLE' if it['cycle'] else ''}"
    )
    made = alter(target, f"ALTER COLUMN {name} ADD GENERATED {always} AS IDENTITY ({options})")
    if it["last_value"] is None:
        return (made,)
    return (made, f"ALTER SEQUENCE {sequence} RESTART WITH {it['last_value'] + it['increment']}")


def _identity_options(catalog: Catalog, column: Row) -> str:
    kind = f"SET GENERATED {_IDENTITY[column['identity']]}" if column["identity"] else ""
    found = _sequence(catalog, column)
    if found is None:
        return kind
    it = found[1]
    return (
        f"{kind} SET START WITH {it['start']} SET INCREMENT BY {it['increment']} SET MINVALUE {it['minimum']} "
        f"SET MAXVALUE {it['maximum']} SET CACHE {it['cache']} SET {'CYCLE' if it['cycle'] else 'NO CYCLE'}"
    )


def rename_column(form: forms.RenameColumn, catalog: Catalog | None) -> Undo:
    new, old = text.name(form.new), text.name(form.column)
    return sql(alter(qualified(catalog, form.relation), f"RENAME COLUMN {new} TO {old}"))
