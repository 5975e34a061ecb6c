"""The names that PostgreSQL will choose in this database: the undo has to know what it will drop before the statement
runs, and what has a name already is in the catalog.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from safemigrate.facts import identifiers
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.statement import forms
from safemigrate.statement.forms import Form, Relation

# What makes an index shares its names with relations; other constraints only with constraints.
_INDEXED = ("unique", "primary key", "exclude")
_RELATIONS = ("table", "view", "materialized view", "sequence", "foreign table")


def constraint(
    catalog: Catalog, table: Row, added: forms.Constraint, others: Collection[str] = ()
) -> str:  # fmt: skip
    """The name that *added* gets on *table*; "" where it cannot be told. *others* are taken; () for those of now."""
    if added.using_index:
        return added.using_index
    columns: Sequence[str] = (*added.columns, *added.including)
    if added.kind == "primary key" or (added.kind == "check" and len(columns) != 1):
        columns = ()
    if added.kind == "exclude" and not columns:
        return ""
    return identifiers.choose(
        table["name"], columns, identifiers.label(added.kind), others or taken(catalog, table["schema"], added.kind)
    )


def index(
    catalog: Catalog, table: Row, created: forms.CreateIndex, others: Collection[str] = ()
) -> str:  # fmt: skip
    """The name that an index gets; "" where one of its keys is an expression. *others*: see :func:`constraint`."""
    if not created.columns:
        return ""
    return identifiers.choose(
        table["name"], created.columns, "idx", others or taken(catalog, table["schema"], "unique")
    )


def taken(catalog: Catalog, schema: str, kind: forms.ConstraintKind) -> set[str]:
    """The names in *schema* that a new constraint of this *kind* cannot have."""
    query = "constraint_names" if kind in _INDEXED else "check_names"
    return {row["conname"] for row in catalog.rows(query, schema=schema)}


def freed(form: Form, catalog: Catalog) -> set[Relation]:
    """The full names that nothing has any more when *form* is done, as far as the catalog knows what has them now."""
    match form:
        case forms.DropConstraint() | forms.RenameConstraint():
            table = catalog.relation(form.relation)
            return {Relation(form.name, table["schema"])} if table else set()
        case forms.DropNotNull():
            table = catalog.relation(form.relation)
            name = catalog.value("not_null_constraint", oid=table["oid"], column=form.column) if table else None
            return {Relation(name, table["schema"])} if table and name else set()
        case forms.AddConstraint() if form.constraint.using_index not in ("", form.constraint.name):
            # The index gets the name of its constraint.
            table = catalog.relation(form.relation)
            renamed = {Relation(form.constraint.using_index, table["schema"])} if table else set()
            return renamed if form.constraint.name else set()
        case forms.DropColumn():
            table = catalog.relation(form.relation)
            column = catalog.column(table, form.column) if table else None
            return _with(table, column["number"], catalog) if table and column else set()
        case forms.DropTable():
            table = catalog.relation(form.relation)
            return {catalog.named(table), *_with(table, 0, catalog)} if table else set()
        case forms.DropIndex():
            return _itself(form.index, catalog)
        case forms.RenameRelation():
            return _itself(form.relation, catalog)
        case forms.SetSchema() | forms.Drop() if form.kind in _RELATIONS:
            return _itself(form.name, catalog)
    return set()


def _itself(name: Relation, catalog: Catalog) -> set[Relation]:
    row = catalog.relation(name)
    return {catalog.named(row)} if row else set()


def _with(table: Row, column: int, catalog: Catalog) -> set[Relation]:
    return {catalog.named(row) for row in catalog.rows("goes_with", oid=table["oid"], column=column)}
