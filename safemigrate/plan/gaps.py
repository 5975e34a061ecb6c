"""What one statement takes away and a later one of the revision puts back: nobody may see the database in between.

A view that is dropped and created anew, a table that gives its name to another, triggers or row security switched off
for an UPDATE: as steps of their own they would leave a gap that is committed, and that lasts as long as the next step
has to wait. So they are one transaction, as with plain Alembic, unless a command between them cannot be in one.

Constraints and indexes are left alone: what puts them back takes long, and to hold everybody up for so long would be
worse than the time without them, in which INSERT … ON CONFLICT finds no unique key. To swap a key without such a time,
both belong into one ALTER TABLE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from safemigrate.statement import forms
from safemigrate.steps import Kind, Step

Thing = tuple[object, ...]
Join = Callable[[Sequence[Step], str], list[Step]]

_RELATIONS = {"table", "view", "materialized view", "sequence", "foreign table"}
_CODE = {"function", "procedure", "routine", "aggregate", "trigger", "rule", "policy", "operator", "cast"}


def closed(single: list[Step], join: Join) -> list[Step]:
    """The steps, with those around a gap made one by *join*."""
    for first, step in enumerate(single):
        last = _closes(single, first, _things(step, _taken))
        if last > first:
            note = f"one transaction, so that nobody sees what is between: {step.title}"
            return [*single[:first], *join(single[first : last + 1], note), *closed(single[last + 1 :], join)]
    return single


def _closes(single: Sequence[Step], first: int, gone: set[Thing]) -> int:
    """The last step that puts back what *first*, or a step up to it, takes away; *first* itself when there is none."""
    last = first
    for index in range(first + 1, len(single) if gone else 0):
        step = single[index]
        if step.kind is Kind.AUTOCOMMIT or forms.Transaction("commit") in _forms(step):
            break
        if gone & _things(step, _put):
            last = index
        gone = gone | _things(step, _taken)
    return last


def _forms(step: Step) -> list[forms.Form]:
    return [form for statement in step.statements for form in statement.forms]


def _things(step: Step, which: Callable[[forms.Form], Thing | None]) -> set[Thing]:
    if step.kind is not Kind.TRANSACTION:
        return set()
    return {thing for form in _forms(step) if (thing := which(form)) is not None}


def _taken(form: forms.Form) -> Thing | None:
    match form:
        case forms.DropTable() | forms.RenameRelation(kind="table" | "view" | "materialized view" | "sequence"):
            return "relation", form.relation
        case forms.Drop() | forms.Rename():
            return _named(form.kind, form.on, form.name)
        case forms.AlterTable(action="disable trigger" | "disable rule"):
            return form.action.removeprefix("disable "), form.relation, form.name
        case forms.AlterTable(action="row security"):
            return "row security", form.relation
    return None


def _put(form: forms.Form) -> Thing | None:
    match form:
        case forms.CreateTable():
            return "relation", form.relation
        case forms.RenameRelation():
            return "relation", forms.Relation(form.new, form.relation.schema)
        case forms.Create():
            return _named(form.kind, form.on, form.name)
        case forms.Rename():
            return _named(form.kind, form.on, forms.Relation(form.new, form.name.schema))
        case forms.AlterTable(action="enable trigger" | "enable rule"):
            return form.action.removeprefix("enable "), form.relation, form.name
        case forms.AlterTable(action="row security"):
            return "row security", form.relation
    return None


def _named(kind: str, on: forms.Relation | None, name: forms.Relation) -> Thing | None:
    if kind in _RELATIONS:
        return "relation", name
    return (kind, on, name) if kind in _CODE else None
