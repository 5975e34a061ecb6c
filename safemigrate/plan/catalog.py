"""How things are before a statement changes them, as the catalog has them committed, and what else it locks.

Every method is one bounded query (see ``sql/catalog.sql``) on a connection that is autocommit, so that each reads what
is committed now; nothing is remembered between calls, except within :meth:`Catalog.remembering`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
from psycopg.rows import dict_row

from safemigrate import facts, sql
from safemigrate.facts import Impact, Lock, LockMode, Relation, types
from safemigrate.plan.text import relation as quoted
from safemigrate.statement import forms

# The catalog's rows are read as they are: the queries name their columns, and each is used in one or two places.
Row = dict[str, Any]

UNKNOWN_ROWS = 1 << 62


class Catalog:
    """*connection* is autocommit; it may be replaced by a new one after a lost connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._remembered: dict[str, list[Row]] | None = None

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Within the block nothing is asked twice: for one step's locks and undo, which ask much the same."""
        self._remembered = {}
        try:
            yield
        finally:
            self._remembered = None

    def rows(self, query: str, **parameters: object) -> list[Row]:
        if self._remembered is None:
            return self._ask(query, parameters)
        key = f"{query} {parameters}"
        if key not in self._remembered:
            self._remembered[key] = self._ask(query, parameters)
        return self._remembered[key]

    def _ask(self, query: str, parameters: dict[str, object]) -> list[Row]:
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(sql.queries("catalog")[query], parameters, prepare=True).fetchall()

    def row(self, query: str, **parameters: object) -> Row | None:
        found = self.rows(query, **parameters)
        return found[0] if found else None

    def value(self, query: str, **parameters: object) -> Any:
        found = self.row(query, **parameters)
        return next(iter(found.values())) if found else None

    # -- one thing by its name

    def version(self) -> int:
        return self.connection.info.server_version // 10000

    def relation(self, name: Relation) -> Row | None:
        return self.row("relation", name=quoted(name))

    def rows_of(self, oid: int) -> int:
        """About how many rows a relation and its partitions have; a large number where nobody knows."""
        try:
            return int(self.value("extent", oid=oid))
        except psycopg.errors.LockNotAvailable:
            # Its size is not told while somebody holds it exclusively.
            return UNKNOWN_ROWS

    def column(self, table: Row, name: str) -> Row | None:
        own = quoted(self.named(table))
        return self.row("column", oid=table["oid"], relation=own, column=name)

    def constraint(self, table: Row, name: str) -> Row | None:
        return self.row("constraint", oid=table["oid"], constraint=name)

    def index(self, oid: int) -> Row | None:
        return self.row("index", oid=oid)

    def function(self, name: Relation, arguments: tuple[str, ...]) -> Row | None:
        return self.row("function", signature=f"{quoted(name)}({', '.join(arguments)})")

    def type(self, name: Relation) -> Row | None:
        return self.row("type", name=quoted(name))

    def part(self, kind: str, table: Relation, name: str) -> Row | None:
        """The trigger, rule or policy of a table."""
        found = self.relation(table)
        rows = (
            self.rows(f"{kind.removesuffix('y')}ies_of" if kind == "policy" else f"{kind}s_of", oid=found["oid"])
            if found
            else []
        )
        return next((row for row in rows if row["name"] == name), None)

    @staticmethod
    def named(row: Row) -> Relation:
        return Relation(row["name"], row["schema"])

    def qualified(self, name: Relation) -> Relation:
        """*name* with the schema that it has, or would be created in."""
        if name.schema:
            return name
        found = self.relation(name)
        return Relation(name.name, found["schema"] if found else self.value("current_schema"))

    # -- what a statement locks

    def impact(self, several: tuple[forms.Form, ...], version: int | None = None) -> Impact:
        """``facts.impact`` made exact: neighbours by foreign key, indexes' tables, rewrites that do not happen."""
        claim = facts.impact(several, version or self.version())
        for form in several:
            claim = self._refined(form, claim)
        return claim

    def locks(self, impact: Impact) -> list[tuple[int, Relation, LockMode]]:
        """(oid, name, mode) of all relations that exist, partitions and children included, in the order of their oids.

        One order for everybody: two runs, and a run and its undo, never wait for each other crosswise.
        """
        found: dict[int, tuple[Relation, LockMode]] = {}
        for lock in impact.locks:
            row = self.relation(lock.relation)
            for each in [row, *self._below(row, lock)] if row else []:
                mode = found.get(each["oid"], (None, lock.mode))[1]
                found[each["oid"]] = (self.named(each), max(mode, lock.mode))
        return [(oid, name, mode) for oid, (name, mode) in sorted(found.items())]

    def _below(self, row: Row, lock: Lock) -> list[Row]:
        if not row["has_children"] or lock.only:
            return []
        return self.rows("descendants", oid=row["oid"])

    def _refined(self, form: forms.Form, claim: Impact) -> Impact:
        match form:
            case forms.DropTable() | forms.DropConstraint() | forms.AlterConstraint():
                return self._with_referenced(form, claim)
            case forms.ValidateConstraint():
                return self._validated(form, claim)
            case forms.AlterColumnType():
                return self._type_changed(form, claim)
            case forms.SetNotNull():
                return self._not_null(form, claim)
            case forms.AddColumn():
                return self._added(form, claim)
            case forms.DropIndex() | forms.Reindex(kind="index") | forms.RenameRelation(kind="index"):
                return self._index_table(form, claim)
            case (
                forms.AttachPartition(kind="table")
                | forms.CreateTable(partition_of=Relation())
                | forms.DetachPartition()
            ):
                return self._default_partition(form, claim)
            case forms.AddConstraint() if form.constraint.kind == "primary key" and form.constraint.using_index:
                return self._key_from_index(form, claim)
        return claim

    def _with_referenced(
        self, form: forms.DropTable | forms.DropConstraint | forms.AlterConstraint, claim: Impact
    ) -> Impact:
        """The other tables of the foreign keys that go away: ACCESS EXCLUSIVE on them too."""
        table = self.relation(form.relation)
        if table is None:
            return claim
        keys = self.rows("foreign_keys", oid=table["oid"])
        if not isinstance(form, forms.DropTable):
            keys = [key for key in keys if key["outgoing"] and key["name"] == form.name]
        return _locking(claim, (Relation(key["relation"], key["schema"]) for key in keys), LockMode.ACCESS_EXCLUSIVE)

    def _validated(self, form: forms.ValidateConstraint, claim: Impact) -> Impact:
        table = self.relation(form.relation)
        keys = self.rows("foreign_keys", oid=table["oid"]) if table else []
        others = [
            Relation(key["relation"], key["schema"]) for key in keys if key["outgoing"] and key["name"] == form.name
        ]
        return replace(_locking(claim, others, LockMode.ROW_SHARE), scans=(*claim.scans, *others))

    def _type_changed(self, form: forms.AlterColumnType, claim: Impact) -> Impact:
        table = self.relation(form.relation)
        column = self.column(table, form.column) if table else None
        if table is None or column is None:
            return claim
        numbers = column["number"]
        others = [
            Relation(key["relation"], key["schema"])
            for key in self.rows("foreign_keys", oid=table["oid"])
            if numbers in (key["columns"] if key["outgoing"] else key["refers_to"])
        ]
        claim = _locking(claim, others, LockMode.ACCESS_EXCLUSIVE)
        if types.rewrites(column["type"], form.type, form.using, form.column, utc=self._utc()):
            return claim
        kept = {form.relation}
        return replace(claim, rewrites=_without(claim.rewrites, kept), scans=_without(claim.scans, kept))

    def _utc(self) -> bool:
        return self.connection.info.parameter_status("TimeZone") in {"UTC", "Etc/UTC", "GMT"}

    def _not_null(self, form: forms.SetNotNull, claim: Impact) -> Impact:
        table = self.relation(form.relation)
        column = self.column(table, form.column) if table else None
        if not (table and column):
            return claim
        if column["not_null"] or self.value("not_null_checked", oid=table["oid"], column=form.column):
            return replace(claim, scans=_without(claim.scans, {form.relation}))
        return claim

    def _added(self, form: forms.AddColumn, claim: Impact) -> Impact:
        """A default whose functions the table of facts does not know may turn out not to be volatile."""
        default, column = form.column.default, form.column
        if default is None or default.volatility != "unknown" or column.serial or column.identity or column.generated:
            return claim
        if self.rows("volatile_functions", names=list(default.functions)):
            return claim
        known = replace(form, column=replace(column, default=replace(default, volatility="stable")))
        return facts.impact((known,), self.version())

    def _index_table(self, form: forms.DropIndex | forms.Reindex | forms.RenameRelation, claim: Impact) -> Impact:
        if isinstance(form, forms.RenameRelation):
            return claim
        name = form.index if isinstance(form, forms.DropIndex) else form.name
        found = self.relation(name)
        index = self.index(found["oid"]) if found else None
        if index is None:
            return claim
        strong = LockMode.ACCESS_EXCLUSIVE if isinstance(form, forms.DropIndex) else LockMode.SHARE
        mode = LockMode.SHARE_UPDATE_EXCLUSIVE if form.concurrently else strong
        table = Relation(index["table_name"], index["table_schema"])
        claim = _locking(claim, [table], mode)
        return replace(claim, scans=(table,)) if isinstance(form, forms.Reindex) else claim

    def _default_partition(
        self, form: forms.AttachPartition | forms.DetachPartition | forms.CreateTable, claim: Impact
    ) -> Impact:
        """The DEFAULT partition is locked, and read for rows that belong into the new one."""
        parent = form.partition_of if isinstance(form, forms.CreateTable) else form.relation
        table = self.relation(parent) if parent else None
        rows = self.rows("default_partition", oid=table["oid"]) if table else []
        others = [self.named(row) for row in rows]
        if isinstance(form, forms.DetachPartition):
            return _locking(claim, others, LockMode.ACCESS_EXCLUSIVE)
        return replace(_locking(claim, others, LockMode.ACCESS_EXCLUSIVE), scans=(*claim.scans, *others))

    def _key_from_index(self, form: forms.AddConstraint, claim: Impact) -> Impact:
        nullable = self.nullable_key(form)
        return claim if nullable else replace(claim, scans=_without(claim.scans, {form.relation}))

    def nullable_key(self, form: forms.AddConstraint) -> list[str]:
        """The columns of a new primary key that may be NULL now, and will not be any more."""
        table = self.relation(form.relation)
        if table is None:
            return []
        names = list(form.constraint.columns)
        if form.constraint.using_index:
            found = self.relation(Relation(form.constraint.using_index, table["schema"]))
            names = [row["name"] for row in self.rows("attributes", oid=found["oid"])] if found else []
        columns = [self.column(table, name) for name in names]
        return [column["name"] for column in columns if column and not column["not_null"]]


def _locking(claim: Impact, relations: Iterable[Relation], mode: LockMode) -> Impact:
    known = {lock.relation for lock in claim.locks}
    more = [relation for relation in dict.fromkeys(relations) if relation not in known]
    return replace(claim, locks=(*claim.locks, *(Lock(relation, mode) for relation in more)))


def _without(relations: tuple[Relation, ...], gone: set[Relation]) -> tuple[Relation, ...]:
    return tuple(relation for relation in relations if relation not in gone)
