"""What a form does, given the schema that the history has made: the claims of ``facts``, less what is known not to
happen, and more what only the schema tells (neighbours by foreign key, the table of an index).

Where the schema does not know a relation, the claim of ``facts`` stands: the worse of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from safemigrate import facts
from safemigrate.facts import Impact, Lock, LockMode, types
from safemigrate.lint.schema import Column, Schema, Table
from safemigrate.statement import forms
from safemigrate.statement.forms import Form, Relation

Refinement = Callable[[Any, Impact, Schema, int], Impact]


def of(form: Form, schema: Schema, version: int) -> Impact:
    """The impact of one form on *schema*, on a server of major *version*; relations as the statement names them."""
    claim = facts.impact((form,), version)
    refine = _REFINEMENTS.get(type(form))
    return refine(form, claim, schema, version) if refine else claim


def _type(form: forms.AlterColumnType, claim: Impact, schema: Schema, _version: int) -> Impact:
    """No rewrite where the old type is known to be written alike; then the indexes are kept, too."""
    table = schema.table(form.relation)
    column = table.columns.get(form.column) if table else None
    if table is None or column is None:
        return claim
    key = table.primary_key()
    # Nearly all foreign keys point at the primary key; the statement does not say which column theirs does.
    touched = schema.referring(form.relation) if key and form.column in key.columns else ()
    referring = [other.name for other, _constraint in touched]
    if types.rewrites(column.type, form.type, form.using, form.column, utc=False):
        return _locking(claim, referring, LockMode.ACCESS_EXCLUSIVE)
    return _kept(form, claim, table, column)


def _kept(form: forms.AlterColumnType, claim: Impact, table: Table, column: Column) -> Impact:
    """Without a rewrite, CHECKs on the column are read again, and its indexes built anew where they are partial or the
    collation is another (measured on 15 to 18).
    """
    collated = form.collation != column.collation
    indexes = [each for each in table.indexes.values() if form.column in each.columns]
    built = any(collated or each.partial for each in indexes)
    checked = any(each.kind == "check" and form.column in each.columns for each in table.constraints.values())
    scanned = (form.relation,) if built or checked else ()
    return replace(claim, scans=scanned, rewrites=(), builds=(form.relation,) if built else ())


def _add_column(form: forms.AddColumn, claim: Impact, schema: Schema, version: int) -> Impact:
    """What only the history tells: how volatile its functions are, which of its domains are constrained."""
    column = form.column
    if column.default and column.default.volatility == "unknown":
        known = replace(column.default, volatility=schema.volatility(column.default))
        claim = facts.impact((replace(form, column=replace(column, default=known)),), version)
    if schema.type(column.type) in schema.constrained:
        return replace(claim, scans=(form.relation,), rewrites=(form.relation,))
    return claim


def _not_null(form: forms.SetNotNull, claim: Impact, schema: Schema, _version: int) -> Impact:
    table = schema.table(form.relation)
    return replace(claim, scans=()) if table and table.proven_not_null(form.column) else claim


def _constraint(form: forms.AddConstraint, claim: Impact, schema: Schema, _version: int) -> Impact:
    added, table = form.constraint, schema.table(form.relation)
    if added.kind == "primary key" and added.using_index and table is not None:
        index = table.indexes.get(added.using_index)
        if index and index.columns and all(table.proven_not_null(column) for column in index.columns):
            return replace(claim, scans=())
    if added.kind == "not null" and table is not None and all(table.proven_not_null(name) for name in added.columns):
        return replace(claim, scans=())
    return claim


def _drop_table(form: forms.DropTable, claim: Impact, schema: Schema, _version: int) -> Impact:
    """The tables that its foreign keys point at are locked as strongly (measured on 14 to 18)."""
    table = schema.table(form.relation)
    targets = [each.references for each in table.constraints.values() if each.references] if table else []
    referring = [other.name for other, _key in schema.referring(form.relation)] if form.cascade else []
    return _locking(claim, [*targets, *referring], LockMode.ACCESS_EXCLUSIVE)


def _truncate(form: forms.Truncate, claim: Impact, schema: Schema, _version: int) -> Impact:
    """CASCADE empties, and locks, the tables whose foreign keys lead there, by however many steps."""
    if not form.cascade:
        return claim
    return _locking(claim, emptied(form, schema), LockMode.ACCESS_EXCLUSIVE)


def emptied(form: forms.Truncate, schema: Schema) -> list[Relation]:
    """The tables that TRUNCATE ... CASCADE empties besides those that it names."""
    found = [schema.key(relation) for relation in form.relations]
    for relation in found:
        found += [table.name for table, _key in schema.referring(relation) if table.name not in found]
    return list(dict.fromkeys(found[len(form.relations) :]))


def _drop_constraint(form: forms.DropConstraint, claim: Impact, schema: Schema, _version: int) -> Impact:
    table = schema.table(form.relation)
    dropped = table.constraints.get(form.name) if table else None
    if dropped is None or dropped.references is None:
        return claim
    return _locking(claim, [dropped.references], LockMode.ACCESS_EXCLUSIVE)


def _index(form: forms.DropIndex | forms.Reindex, claim: Impact, schema: Schema, _version: int) -> Impact:
    """The lock that stops the application is the one on the index's table."""
    found = schema.index(form.index if isinstance(form, forms.DropIndex) else form.name)
    if found is None:
        return claim
    strong = LockMode.ACCESS_EXCLUSIVE if isinstance(form, forms.DropIndex) else LockMode.SHARE
    mode = LockMode.SHARE_UPDATE_EXCLUSIVE if form.concurrently else strong
    table = found[0].name
    claim = _locking(claim, [table], mode)
    return replace(claim, scans=(table,)) if isinstance(form, forms.Reindex) else claim


def _attach(form: forms.AttachPartition, claim: Impact, schema: Schema, _version: int) -> Impact:
    """The DEFAULT partition is read as well. A valid CHECK that names the partition key is taken for the one that
    proves the bound.
    """
    parent = schema.table(form.relation)
    if form.kind == "index" or parent is None:
        return claim
    default = [table.name for table in schema.partitions(form.relation) if table.default_partition]
    read = [table for table in (form.partition, *default) if not _bounded(schema.table(table), parent)]
    return _locking(replace(claim, scans=tuple(read)), default, LockMode.ACCESS_EXCLUSIVE)


def _bounded(table: Table | None, parent: Table) -> bool:
    checks = [each for each in table.constraints.values() if each.kind == "check" and each.valid] if table else []
    return bool(parent.partition_key) and any(set(parent.partition_key) <= set(check.columns) for check in checks)


def _domain(form: forms.AlterDomain, claim: Impact, schema: Schema, _version: int) -> Impact:
    if not claim.unknown or not schema.domains:
        return claim
    domain = schema.key(form.type)
    using = [
        table.name
        for table in schema.tables.values()
        if any(schema.type(column.type) == domain for column in table.columns.values())
    ]
    return Impact(tuple(Lock(table, LockMode.SHARE) for table in using), scans=tuple(using), unknown=claim.unknown)


def _locking(claim: Impact, relations: Iterable[Relation], mode: LockMode) -> Impact:
    known = {lock.relation for lock in claim.locks}
    more = [relation for relation in dict.fromkeys(relations) if relation not in known]
    return replace(claim, locks=(*claim.locks, *(Lock(relation, mode) for relation in more)))


_REFINEMENTS: dict[type[Form], Refinement] = {
    forms.AddColumn: _add_column,
    forms.AlterColumnType: _type,
    forms.SetNotNull: _not_null,
    forms.AddConstraint: _constraint,
    forms.DropTable: _drop_table,
    forms.DropConstraint: _drop_constraint,
    forms.Truncate: _truncate,
    forms.DropIndex: _index,
    forms.Reindex: _index,
    forms.AttachPartition: _attach,
    forms.AlterDomain: _domain,
}
