"""The inverse of each form: exact SQL that puts the schema back, so that ``pg_dump --schema-only`` is as it was.

What cannot be put back says what is lost. Undos are computed before their statement runs, from how things are then.
Each of their statements is sent as a step of its own, under the gate, so the ones that take long take weak locks.

    columns  constraints  indexes  tables  objects    the families           definitions  grants    things made again
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from safemigrate.plan.catalog import Catalog
from safemigrate.plan.made import Made
from safemigrate.plan.undo import columns, constraints, grants, indexes, objects, tables
from safemigrate.plan.undo.base import NOTHING, lost
from safemigrate.statement import Statement, forms, functions
from safemigrate.statement.forms import Form
from safemigrate.steps import Undo


def inverse(statement: Statement, catalog: Catalog | None) -> Undo:
    """How *statement* is taken back, from how things are before it runs; open where only the catalog could tell."""
    return _several(statement.forms, catalog)


def of(statements: Sequence[Statement], catalog: Catalog) -> Undo:
    """The undo of a step that is about to run. Nothing is open any more: what is not known now is lost."""
    undo = _several([form for statement in statements for form in statement.forms], catalog)
    if not undo.open:
        return undo
    what = "what it replaces could not be read from the catalog before it ran"
    return replace(undo, open=False, loses="; ".join(part for part in (undo.loses, what) if part))


def _several(done: Sequence[Form], catalog: Catalog | None) -> Undo:
    """The undo of all of these as one; what is done to what they make themselves goes with it."""
    made, undos = Made(), []
    for form in (made.named(each, catalog) for each in done):
        undos.append(Undo(covered=True) if made.cover((form,)) else _inverse(form, catalog))
        made.note((form,), catalog)
    return joined(undos)


def joined(several: Sequence[Undo]) -> Undo:
    """One undo of several, given in the order in which things were done."""
    return Undo(
        tuple(statement for undo in reversed(several) for statement in undo.sql),
        loses="; ".join(dict.fromkeys(undo.loses for undo in several if undo.loses)),
        keeps="; ".join(dict.fromkeys(undo.keeps for undo in several if undo.keeps)),
        open=any(undo.open for undo in several),
        transactional=all(undo.transactional for undo in several),
        covered=bool(several) and all(undo.covered for undo in several),
    )


def _inverse(form: Form, catalog: Catalog | None) -> Undo:
    family = _FAMILIES.get(type(form))
    return family(form, catalog) if family else lost("how to undo it is not known")


def _nothing(_form: Form, _catalog: Catalog | None) -> Undo:
    return NOTHING


def _write(form: forms.Write, _catalog: Catalog | None) -> Undo:
    words = {
        "insert": "new rows stay in",
        "copy": "new rows stay in",
        "update": "the former values of",
        "delete": "the deleted rows of",
        "merge": "the former rows of",
    }
    return lost(f"{words[form.kind]} {form.relation}")


def _select(form: forms.Select, _catalog: Catalog | None) -> Undo:
    effects = functions.with_effects(form.functions)
    return lost(f"what {', '.join(effects)} did") if effects else NOTHING


def _do(form: forms.Do, catalog: Catalog | None) -> Undo:
    """Which of its statements a block runs is decided when it runs: only a block that changes nothing can be undone."""
    if form.opaque:
        return lost(f"what the block did: {form.opaque}")
    inside = [_inverse(item, catalog) for item in form.inside]
    if all(undo == NOTHING for undo in inside):
        return NOTHING
    return lost("what the block did depends on what it met")


def _unknown(form: forms.Unknown, _catalog: Catalog | None) -> Undo:
    return lost(f"what it does is not known: {form.reason}")


# The values take the form of their key: more than a type checker can follow through a dictionary.
_FAMILIES: dict[type[Form], Callable[[Any, Catalog | None], Undo]] = {
    forms.CreateTable: tables.create_table,
    forms.DropTable: tables.drop_table,
    forms.AddColumn: columns.add_column,
    forms.DropColumn: columns.drop_column,
    forms.SetDefault: columns.default,
    forms.DropDefault: columns.default,
    forms.SetNotNull: columns.set_not_null,
    forms.DropNotNull: columns.drop_not_null,
    forms.AlterColumnType: columns.column_type,
    forms.AlterColumn: columns.alter_column,
    forms.AddConstraint: constraints.add_constraint,
    forms.ValidateConstraint: constraints.validate,
    forms.AlterConstraint: constraints.alter_constraint,
    forms.DropConstraint: constraints.drop_constraint,
    forms.AttachPartition: tables.attach,
    forms.DetachPartition: tables.detach,
    forms.AlterTable: tables.alter_table,
    forms.RenameColumn: columns.rename_column,
    forms.RenameConstraint: constraints.rename_constraint,
    forms.RenameRelation: tables.rename,
    forms.Rename: objects.rename,
    forms.SetSchema: objects.set_schema,
    forms.SetOwner: objects.set_owner,
    forms.CreateIndex: indexes.create_index,
    forms.DropIndex: indexes.drop_index,
    forms.Reindex: _nothing,
    forms.AddEnumValue: objects.add_enum_value,
    forms.RenameEnumValue: objects.rename_enum_value,
    forms.AlterDomain: objects.alter_domain,
    forms.AlterType: objects.alter_type,
    forms.Create: objects.create,
    forms.Drop: objects.drop,
    forms.Alter: objects.alter,
    forms.RefreshMatview: _nothing,
    forms.Comment: objects.comment_on,
    forms.Grant: grants.grant,
    forms.Write: _write,
    forms.Select: _select,
    forms.Truncate: tables.truncate,
    forms.LockTable: _nothing,
    forms.Set: _nothing,
    forms.Transaction: _nothing,
    forms.Do: _do,
    forms.Maintenance: _nothing,
    forms.Unknown: _unknown,
}
