"""The table: statement form → lock mode on the relation, scan, rewrite, build, whether a transaction is allowed.

Forms that always do the same stand in the two plain tables; those whose impact hangs on their parts have a function
of a few lines below. A claim about a scan or a rewrite is the worst case where the catalog decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from safemigrate.facts.model import Impact, Lock, LockMode
from safemigrate.facts.table import (
    AS,
    AX,
    BREAKS,
    COLUMN_ACTIONS,
    CREATED_ON,
    INSTANT,
    LOCKLESS,
    PARTS,
    RECURSIVE_ACTIONS,
    RELATIONS,
    REWRITING_ACTIONS,
    RS,
    RX,
    SRX,
    STRONG_OPTIONS,
    SUX,
    TABLE_ACTIONS,
    S,
    X,
)  # fmt: skip
from safemigrate.statement import forms, functions
from safemigrate.statement.forms import Form, Relation

T = TypeVar("T")


def impact(several: tuple[Form, ...], version: int) -> Impact:
    """The impact of all forms of one statement together; *version* is the major version of the server."""
    return merge([_claim(form, version) for form in several])


def _claim(form: Form, version: int) -> Impact:
    kind = type(form)
    if kind in INSTANT and isinstance(form, forms.TableForm | forms.DropTable):
        return _on(form.relation, INSTANT[kind], breaks=BREAKS.get(kind, ""))
    if kind in _CONDITIONAL:
        return _CONDITIONAL[kind](form, version)
    return Impact(unknown=f"{kind.__name__} is not in the table of facts")


def _on(
    relation: Relation, mode: LockMode, *more: Lock, breaks: str = "", transactional: bool = True, only: bool = False
) -> Impact:
    return Impact((Lock(relation, mode, only), *more), breaks=breaks, transactional=transactional)


def _scan(relation: Relation, mode: LockMode, *more: Lock, others: tuple[Relation, ...] = ()) -> Impact:
    return Impact((Lock(relation, mode), *more), scans=(relation, *others))


def _rewrite(relation: Relation, mode: LockMode, *more: Lock, transactional: bool = True) -> Impact:
    locks = (Lock(relation, mode), *more)
    return Impact(locks, scans=(relation,), rewrites=(relation,), transactional=transactional)


def _build(relation: Relation, mode: LockMode, *, transactional: bool = True, only: bool = False) -> Impact:
    lock = Lock(relation, mode, only=only)
    return Impact((lock,), scans=(relation,), builds=(relation,), transactional=transactional)


def _reads(relations: Iterable[Relation], mode: LockMode = AS) -> tuple[Lock, ...]:
    return tuple(Lock(relation, mode) for relation in relations)


def merge(impacts: Sequence[Impact]) -> Impact:
    """Each relation once, under its strongest lock, in order of first mention."""
    locks: dict[Relation, Lock] = {}
    for lock in (lock for item in impacts for lock in item.locks):
        known = locks.get(lock.relation, lock)
        locks[lock.relation] = Lock(lock.relation, max(known.mode, lock.mode), known.only and lock.only)
    return Impact(
        tuple(locks.values()),
        scans=_once(relation for item in impacts for relation in item.scans),
        rewrites=_once(relation for item in impacts for relation in item.rewrites),
        builds=_once(relation for item in impacts for relation in item.builds),
        breaks="; ".join(_once(item.breaks for item in impacts if item.breaks)),
        transactional=all(item.transactional for item in impacts),
        unknown="; ".join(_once(item.unknown for item in impacts if item.unknown)),
    )


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


# -- tables


def _create_table(form: forms.CreateTable, _version: int) -> Impact:
    locks = [*_reads(form.reads), *_reads(form.references, SRX), *_reads(form.inherits, SUX), *_reads(form.like)]
    if form.partition_of:
        locks.append(Lock(form.partition_of, AX, only=True))
    own = {form.relation}
    return Impact(tuple(lock for lock in locks if lock.relation not in own), scans=form.reads)


def _add_column(form: forms.AddColumn, _version: int) -> Impact:
    table, column = form.relation, form.column
    neighbours = _reads((relation for relation in column.references if relation != table), SRX)
    evaluated = column.default is not None and column.default.volatility in {"volatile", "unknown"}
    if evaluated or column.serial or column.identity or column.generated == "stored":
        return _rewrite(table, AX, *neighbours)
    kinds = {constraint.kind for constraint in column.constraints if not constraint.not_valid}
    if kinds & {"unique", "primary key", "exclude"}:
        return merge([_build(table, AX), Impact(neighbours)])
    # PostgreSQL knows that a new column without a default is NULL in every row, and NULLs satisfy a foreign key.
    if "check" in kinds or ("foreign key" in kinds and column.default):
        return _scan(table, AX, *neighbours, others=column.references if column.default else ())
    return _on(table, AX, *neighbours)


def _alter_column_type(form: forms.AlterColumnType, _version: int) -> Impact:
    return _rewrite(form.relation, AX)


def _alter_column(form: forms.AlterColumn, _version: int) -> Impact:
    if form.action == "set expression":
        return _rewrite(form.relation, AX)
    return _on(form.relation, COLUMN_ACTIONS[form.action])


def _alter_table(form: forms.AlterTable, _version: int) -> Impact:
    mode = AX if STRONG_OPTIONS & set(form.options) else TABLE_ACTIONS[form.action]
    if form.action in REWRITING_ACTIONS:
        return _rewrite(form.relation, mode)
    neighbours = [form.other] if form.other else []
    more = _reads(neighbours, SUX if form.action == "inherit" else AS)
    return _on(form.relation, mode, *more, only=form.action not in RECURSIVE_ACTIONS)


def _add_constraint(form: forms.AddConstraint, _version: int) -> Impact:
    table, constraint = form.relation, form.constraint
    if constraint.references:
        mode = Lock(constraint.references, SRX)
        if constraint.not_valid:
            return _on(table, SRX, mode)
        return _scan(table, SRX, mode, others=(constraint.references,))
    if constraint.using_index:
        # A primary key makes its columns NOT NULL, which scans unless they are already.
        return _scan(table, AX) if constraint.kind == "primary key" else _on(table, AX)
    if constraint.kind in {"unique", "primary key", "exclude"}:
        return _build(table, AX)
    return _on(table, AX) if constraint.not_valid else _scan(table, AX)


def _attach_partition(form: forms.AttachPartition, _version: int) -> Impact:
    if form.kind == "index":
        return _on(form.relation, SUX, Lock(form.partition, AX))
    locks = (Lock(form.relation, SUX, only=True), Lock(form.partition, AX))
    return Impact(locks, scans=(form.partition,))


def _detach_partition(form: forms.DetachPartition, _version: int) -> Impact:
    if form.concurrently:
        return _on(form.relation, SUX, Lock(form.partition, AX), transactional=False, only=True)
    mode = SUX if form.finalize else AX
    return _on(form.relation, mode, Lock(form.partition, AX), only=True)


def _drop_index(form: forms.DropIndex, _version: int) -> Impact:
    return _on(form.index, SUX if form.concurrently else AX, transactional=not form.concurrently)


def _create_index(form: forms.CreateIndex, _version: int) -> Impact:
    mode = SUX if form.concurrently else S
    return _build(form.relation, mode, transactional=not form.concurrently, only=form.only)


def _reindex(form: forms.Reindex, _version: int) -> Impact:
    if form.kind not in {"index", "table"}:
        return Impact(unknown=f"REINDEX {form.kind.upper()} goes through many tables", transactional=False)
    if form.concurrently:
        return _build(form.name, SUX, transactional=False)
    return _build(form.name, AX if form.kind == "index" else S)


# -- names


def _rename_relation(form: forms.RenameRelation, _version: int) -> Impact:
    if form.kind == "index":
        return _on(form.relation, SUX)
    return _on(form.relation, AX, breaks=BREAKS[forms.RenameRelation], only=True)


def _renamed(form: forms.Rename | forms.SetSchema | forms.SetOwner, _version: int) -> Impact:
    breaks = BREAKS.get(type(form), "")
    if isinstance(form, forms.Rename) and form.on:
        return _on(form.on, AX)
    if form.kind in RELATIONS:
        return _on(form.name, AX, breaks=breaks, only=True)
    return Impact(breaks=breaks)


# -- by name


def _create(form: forms.Create, _version: int) -> Impact:
    if form.on:
        return _on(form.on, CREATED_ON.get(form.kind, AX), only=form.kind != "trigger")
    if form.kind == "extension":
        return Impact(unknown="what an extension's script does is not known")
    if form.kind in {"view", "materialized view"}:
        replaced = (Lock(form.name, AX),) if form.replace else ()
        scans = form.reads if form.kind == "materialized view" else ()
        return Impact((*replaced, *_reads(form.reads)), scans=scans)
    return Impact()


def _drop(form: forms.Drop, _version: int) -> Impact:
    if form.cascade:
        return Impact(
            (Lock(form.on or form.name, AX),) if form.on or form.kind in RELATIONS else (),
            unknown="CASCADE drops what depends on it, which only the catalog knows",
        )
    if form.on:
        return _on(form.on, AX, only=form.kind != "trigger")
    return _on(form.name, AX) if form.kind in RELATIONS else Impact()


def _alter(form: forms.Alter, _version: int) -> Impact:
    if form.on:
        return _on(form.on, AX, only=form.kind != "trigger")
    if form.kind == "sequence":
        return _on(form.name, SRX)
    if form.kind in LOCKLESS:
        return Impact()
    return Impact(unknown=f"ALTER {form.kind.upper()} is not in the table of facts")


def _alter_domain(form: forms.AlterDomain, _version: int) -> Impact:
    if form.action in {"set not null", "validate constraint"} or (
        form.action == "add constraint" and not form.not_valid
    ):
        return Impact(unknown="it scans every table that uses the domain")
    return Impact()


def _alter_type(form: forms.AlterType, _version: int) -> Impact:
    return _on(form.type, AX)


def _comment(form: forms.Comment, _version: int) -> Impact:
    if form.kind in RELATIONS or form.kind == "column":
        return _on(form.name, SUX, only=True)
    return _on(form.name, AS, only=True) if form.kind in {"constraint", *PARTS} else Impact()


def _grant(form: forms.Grant, version: int) -> Impact:
    named = form.objects if form.kind in RELATIONS and version >= 18 else ()
    return Impact(tuple(Lock(relation, AS, only=True) for relation in named))


def _nothing(_form: Form, _version: int) -> Impact:
    return Impact()


# -- data


def _write(form: forms.Write, _version: int) -> Impact:
    known = Impact((Lock(form.relation, RX), *_reads(form.reads)), scans=_once((*_changed(form), *form.reads)))
    effects = functions.with_effects(form.functions)
    return merge([known, Impact(unknown=_calls(effects))])


def _changed(form: forms.Write) -> tuple[Relation, ...]:
    return () if form.kind in {"insert", "copy"} else (form.relation,)


def _select(form: forms.Select, _version: int) -> Impact:
    effects = functions.with_effects(form.functions)
    return Impact((*_reads(form.reads), *_reads(form.locks, RS)), scans=form.reads, unknown=_calls(effects))


def _calls(effects: tuple[str, ...]) -> str:
    return f"what {', '.join(f'{name}()' for name in effects)} does is not known" if effects else ""


def _truncate(form: forms.Truncate, _version: int) -> Impact:
    unknown = "CASCADE empties what refers to it, which only the catalog knows" if form.cascade else ""
    return Impact(_reads(form.relations, AX), breaks=BREAKS[forms.Truncate], unknown=unknown)


# -- sessions and maintenance


def _lock_table(form: forms.LockTable, _version: int) -> Impact:
    return Impact(_reads(form.relations, LockMode(form.mode)))


def _do(form: forms.Do, version: int) -> Impact:
    return merge([impact(form.inside, version), Impact(unknown=form.opaque)])


def _maintenance(form: forms.Maintenance, _version: int) -> Impact:
    if not form.relations:
        return Impact(
            unknown=f"{form.kind.upper()} goes through the whole database", transactional=form.kind == "analyze"
        )
    if form.kind in {"vacuum full", "cluster"}:
        return merge([_rewrite(table, AX, transactional=form.kind == "cluster") for table in form.relations])
    if form.kind == "analyze":  # reads a sample, however large the table
        return Impact(_reads(form.relations, SUX))
    return Impact(_reads(form.relations, SUX), scans=form.relations, transactional=False)


def _nontransactional(form: forms.Nontransactional, _version: int) -> Impact:
    return Impact(transactional=False, unknown=f"{form.command.upper()} acts on the whole cluster")


def _refresh(form: forms.RefreshMatview, _version: int) -> Impact:
    return _rewrite(form.relation, AX) if not form.concurrently else _scan(form.relation, X)


def _validate(form: forms.ValidateConstraint, _version: int) -> Impact:
    return _scan(form.relation, SUX)


def _set_not_null(form: forms.SetNotNull, _version: int) -> Impact:
    return _scan(form.relation, AX)


def _unknown(form: forms.Unknown, _version: int) -> Impact:
    return Impact(unknown=form.reason)


# The values take the form of their key: more than a type checker can follow through a dictionary.
_CONDITIONAL: dict[type[Form], Callable[[Any, int], Impact]] = {
    forms.CreateTable: _create_table,
    forms.AddColumn: _add_column,
    forms.AlterColumnType: _alter_column_type,
    forms.AlterColumn: _alter_column,
    forms.AlterTable: _alter_table,
    forms.SetNotNull: _set_not_null,
    forms.AddConstraint: _add_constraint,
    forms.ValidateConstraint: _validate,
    forms.AttachPartition: _attach_partition,
    forms.DetachPartition: _detach_partition,
    forms.RenameRelation: _rename_relation,
    forms.Rename: _renamed,
    forms.SetSchema: _renamed,
    forms.SetOwner: _renamed,
    forms.CreateIndex: _create_index,
    forms.DropIndex: _drop_index,
    forms.Reindex: _reindex,
    forms.AddEnumValue: _nothing,
    forms.RenameEnumValue: lambda form, _version: Impact(breaks=BREAKS[type(form)]),
    forms.AlterDomain: _alter_domain,
    forms.AlterType: _alter_type,
    forms.Create: _create,
    forms.Drop: _drop,
    forms.Alter: _alter,
    forms.RefreshMatview: _refresh,
    forms.Comment: _comment,
    forms.Grant: _grant,
    forms.Write: _write,
    forms.Select: _select,
    forms.Truncate: _truncate,
    forms.LockTable: _lock_table,
    forms.Set: _nothing,
    forms.Transaction: _nothing,
    forms.Do: _do,
    forms.Maintenance: _maintenance,
    forms.Nontransactional: _nontransactional,
    forms.Unknown: _unknown,
}
