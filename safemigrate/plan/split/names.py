"""The names that a revision gives, and those that PostgreSQL chooses for it: no later statement of it gets them.

The catalog is the one before the revision, so what its statements name has to be remembered. What a table that is new
in the revision brings along is not: such a table is changed as written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from safemigrate.plan.catalog import Row
from safemigrate.plan.split.base import Holder, Situation
from safemigrate.statement import forms
from safemigrate.statement.forms import Form, Relation


def note(several: Sequence[Form], situation: Situation) -> None:
    """Remember the names that these statements give, and forget those that they take away."""
    for form in several:
        _forget(form, situation)
        _remember(form, situation)
        _move(form, situation)


def _remember(form: Form, situation: Situation) -> None:
    match form:
        case forms.CreateTable():
            situation.promised[form.relation] = Holder()
        case forms.Create(kind="view" | "materialized view" | "sequence"):
            situation.promised[form.name] = Holder()
        case forms.RenameRelation():
            row = situation.catalog.relation(form.relation)
            situation.promised[Relation(form.new, row["schema"] if row else form.relation.schema)] = Holder()
        case forms.AddConstraint() | forms.AddColumn() | forms.CreateIndex() | forms.SetNotNull() | forms.AlterColumn():
            row = None if form.relation in situation.made.relations else situation.catalog.relation(form.relation)
            if row is not None:
                _choose(form, row, situation)
        case forms.RenameConstraint():
            row = situation.catalog.relation(form.relation)
            if row is not None:
                situation.promised[Relation(form.new, row["schema"])] = Holder(row["oid"])


def _choose(form: Form, row: Row, situation: Situation) -> None:
    match form:
        case forms.CreateIndex() if form.name:
            situation.promised[Relation(form.name, row["schema"])] = Holder(row["oid"], frozenset(form.columns))
        case forms.CreateIndex() if form.columns:
            situation.free_name(row, form.columns, "unique", "idx")
        case forms.SetNotNull():
            _constraint(forms.Constraint("not null", columns=(form.column,)), row, situation)
        case forms.AlterColumn(action="add identity"):
            situation.free_name(row, (form.column,), "unique", "seq")
        case forms.AddConstraint():
            _constraint(form.constraint, row, situation)
        case forms.AddColumn() if not (form.if_not_exists and situation.catalog.column(row, form.column.name)):
            if form.column.serial or form.column.identity:
                situation.free_name(row, (form.column.name,), "unique", "seq")
            for each in _of_column(form.column):
                _constraint(each, row, situation)


def _of_column(column: forms.Column) -> Iterator[forms.Constraint]:
    if column.not_null:
        yield forms.Constraint("not null", columns=(column.name,))
    for each in column.constraints:
        if each.kind != "not null":
            yield replace(each, columns=each.columns or (column.name,))


def _constraint(added: forms.Constraint, row: Row, situation: Situation) -> None:
    columns = frozenset(added.columns)
    if added.kind == "primary key":
        for column in added.columns:
            _constraint(forms.Constraint("not null", columns=(column,)), row, situation)
    if added.kind == "not null" and (situation.version < 18 or _is_not_null(row, added.columns, situation)):
        return
    if name := added.name or added.using_index:
        situation.promised.setdefault(Relation(name, row["schema"]), Holder(row["oid"], columns, added.kind))
    elif added.columns or added.kind != "exclude":
        named = situation.named_after(row, added)
        name = situation.free_name(row, named, added.kind)
        situation.promised[Relation(name, row["schema"])] = Holder(row["oid"], columns, added.kind)


def _is_not_null(row: Row, columns: Sequence[str], situation: Situation) -> bool:
    """Whether a column has such a constraint, from before the revision or by it."""
    found = [situation.catalog.column(row, column) for column in columns]
    holder = Holder(row["oid"], frozenset(columns), "not null")
    return any(column and column["not_null"] for column in found) or holder in situation.promised.values()


def _forget(form: Form, situation: Situation) -> None:
    match form:
        case forms.DropConstraint() | forms.RenameConstraint():
            _discard(Relation(form.name, form.relation.schema), situation)
        case forms.RenameRelation() | forms.DropTable():
            _discard(form.relation, situation)
        case forms.DropIndex():
            _discard(form.index, situation)
        case forms.Drop():
            _discard(form.name, situation)
        case forms.DropNotNull():
            _lost(form.relation, form.column, situation, kind="not null")
        case forms.DropColumn():
            _lost(form.relation, form.column, situation)
        case forms.RenameColumn():
            _renamed(form, situation)


def _discard(name: Relation, situation: Situation) -> None:
    """Without a schema it is the one of search_path, which here is any."""
    for each in list(situation.promised):
        if each.name == name.name and (each.schema == name.schema or None in (each.schema, name.schema)):
            del situation.promised[each]


def _lost(relation: Relation, column: str, situation: Situation, *, kind: str = "") -> None:
    """What goes with *column*."""
    row = situation.catalog.relation(relation)
    for name, each in list(situation.promised.items()):
        if row and each.oid == row["oid"] and column in each.columns and kind in ("", each.kind):
            del situation.promised[name]


def _move(form: Form, situation: Situation) -> None:
    """Where the partitions of a table are not those that the catalog knows any more."""
    match form:
        case forms.AttachPartition(kind="table") | forms.DetachPartition():
            moved = [form.relation, form.partition]
        case forms.CreateTable():
            moved = [*form.inherits, *([form.partition_of] if form.partition_of else [])]
        case forms.DropTable():
            moved = [form.relation]
        case _:
            return
    rows = [situation.catalog.relation(each) for each in moved]
    situation.moved.update(row["oid"] for row in rows if row)


def _renamed(form: forms.RenameColumn, situation: Situation) -> None:
    row = situation.catalog.relation(form.relation)
    if row and form.relation not in situation.made.relations:
        situation.renamed[row["oid"], situation.column_before(row, form.column)] = form.new
    for name, each in situation.promised.items():
        if row and each.oid == row["oid"] and form.column in each.columns:
            situation.promised[name] = replace(each, columns=each.columns - {form.column} | {form.new})
