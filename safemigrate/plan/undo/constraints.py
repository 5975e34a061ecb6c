"""Taking back what was done to constraints.

Constraints come back the way they are added online: NOT VALID and then validated, or upon an index that is built
concurrently; each statement is a step of the rollback of its own.
"""

from __future__ import annotations

from safemigrate.facts import Relation
from safemigrate.plan import naming, text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.undo.base import NOTHING, OPEN, alter, comments, lost, qualified, sql, table
from safemigrate.plan.undo.columns import not_null
from safemigrate.plan.undo.indexes import concurrently, definition
from safemigrate.statement import forms
from safemigrate.steps import Undo

_LOST_MARK = " NOT VALID"


def add_constraint(form: forms.AddConstraint, catalog: Catalog | None) -> Undo:
    found = table(catalog, form.relation)
    name = form.constraint.name or (naming.constraint(found[0], found[1], form.constraint) if found else "")
    if not name:
        return OPEN
    target = qualified(catalog, form.relation)
    drop = alter(target, f"DROP CONSTRAINT IF EXISTS {text.name(name)}")
    if found is None:
        # Without a key the name is all there is to it; with one, the catalog knows what else changes.
        return sql(drop) if form.constraint.kind in {"check", "foreign key", "unique", "exclude"} else OPEN
    nullable = found[0].nullable_key(form) if form.constraint.kind == "primary key" else []
    relaxed = [alter(target, f"ALTER COLUMN {text.name(column)} DROP NOT NULL") for column in nullable]
    rebuilt = _index_again(form, *found) if form.constraint.using_index else ()
    return sql(drop, *relaxed, *rebuilt, transactional=not rebuilt)


def _index_again(form: forms.AddConstraint, catalog: Catalog, owner: Row) -> tuple[str, ...]:
    """The index that became the constraint's and went away with it."""
    row = catalog.relation(Relation(form.constraint.using_index, owner["schema"]))
    index = catalog.index(row["oid"]) if row else None
    return (concurrently(index["definition"]), *_index_comment(index)) if index else ()


def _index_comment(index: Row) -> tuple[str, ...]:
    return comments("index", text.relation(Catalog.named(index)), index["comment"])


def validate(form: forms.ValidateConstraint, catalog: Catalog | None) -> Undo:
    found = table(catalog, form.relation)
    row = found[0].constraint(found[1], form.name) if found else None
    if row is None:
        return OPEN
    if row["validated"]:
        return NOTHING
    target, name = qualified(catalog, form.relation), text.name(form.name)
    again = alter(target, f"DROP CONSTRAINT {name}", f"ADD CONSTRAINT {name} {row['definition']}")
    return sql(again, *_comment(target, row))


def _comment(target: str, row: Row) -> tuple[str, ...]:
    return comments("constraint", f"{text.name(row['name'])} ON {target}", row["comment"])


def drop_constraint(form: forms.DropConstraint, catalog: Catalog | None) -> Undo:
    found = table(catalog, form.relation)
    row = found[0].constraint(found[1], form.name) if found else None
    if form.cascade:
        return lost("what CASCADE drops with the constraint")
    if not (found and row):
        return NOTHING if catalog and form.if_exists else OPEN
    return again(found[0], found[1], row)


def again(catalog: Catalog, owner: Row, row: Row) -> Undo:
    """A constraint that was there: *row* is how it was."""
    target, name = text.relation(catalog.named(owner)), text.name(row["name"])
    add = f"ADD CONSTRAINT {name} {row['definition']}"
    match row["kind"]:
        case "n":
            return sql(*not_null(target, row["columns"][0], row["name"]), *_comment(target, row))
        case "c" | "f" if row["validated"] and owner["kind"] == "r":
            later = (alter(target, add + _LOST_MARK), alter(target, f"VALIDATE CONSTRAINT {name}"))
            return sql(*later, *_comment(target, row))
        case "p" | "u" if owner["kind"] == "r" and "WITHOUT OVERLAPS" not in row["definition"]:
            return _key_again(catalog, owner, row, target)
    return sql(alter(target, add), *_comment(target, row))


def _key_again(catalog: Catalog, owner: Row, row: Row, target: str) -> Undo:
    """The index concurrently, then the constraint upon it."""
    index = catalog.index(row["index"])
    if index is None:
        return OPEN
    kind = "PRIMARY KEY" if row["kind"] == "p" else "UNIQUE"
    deferred = " INITIALLY DEFERRED" if row["deferred"] else ""
    deferrable = f" DEFERRABLE{deferred}" if row["deferrable"] else ""
    upon = f"ADD CONSTRAINT {text.name(row['name'])} {kind} USING INDEX {text.name(index['name'])}{deferrable}"
    marks = definition(index).marks
    statements = (concurrently(index["definition"]), alter(target, upon), *_comment(target, row), *marks)
    return sql(*statements, transactional=False)


def alter_constraint(form: forms.AlterConstraint, catalog: Catalog | None) -> Undo:
    found = table(catalog, form.relation)
    row = found[0].constraint(found[1], form.name) if found else None
    if row is None:
        return OPEN
    deferrable = "DEFERRABLE" if row["deferrable"] else "NOT DEFERRABLE"
    initially = "INITIALLY DEFERRED" if row["deferred"] else "INITIALLY IMMEDIATE"
    if "NOT ENFORCED" in row["definition"]:
        return lost("that the constraint was not enforced")
    target = qualified(catalog, form.relation)
    return sql(alter(target, f"ALTER CONSTRAINT {text.name(form.name)} {deferrable} {initially}"))


def rename_constraint(form: forms.RenameConstraint, catalog: Catalog | None) -> Undo:
    new, old = text.name(form.new), text.name(form.name)
    return sql(alter(qualified(catalog, form.relation), f"RENAME CONSTRAINT {new} TO {old}"))
