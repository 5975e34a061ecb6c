"""Taking back what was done to indexes. What comes back is built concurrently, wherever PostgreSQL can."""

from __future__ import annotations

import re
from dataclasses import dataclass

from safemigrate.facts import Relation
from safemigrate.plan import naming, text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.undo.base import NOTHING, OPEN, alter, comments, lost, sql, table
from safemigrate.statement import forms, read
from safemigrate.steps import Undo

_HEAD = re.compile(r"\ACREATE (UNIQUE )?INDEX ")


def concurrently(indexdef: str) -> str:
    """``pg_get_indexdef``'s text, whose head is always the same, with CONCURRENTLY."""
    return _HEAD.sub(lambda match: f"CREATE {match[1] or ''}INDEX CONCURRENTLY ", indexdef)


@dataclass(frozen=True, slots=True)
class Definition:
    """An index as statements: the one that makes it, and what is marked on it or about it."""

    create: str
    marks: tuple[str, ...]


def definition(index: Row) -> Definition:
    name, owner = (
        text.relation(Catalog.named(index)),
        text.relation(Relation(index["table_name"], index["table_schema"])),
    )
    marks = [*comments("index", name, index["comment"])]
    if index["tablespace"]:
        marks.append(f"ALTER INDEX {name} SET TABLESPACE {text.name(index['tablespace'])}")
    if index["clustered"]:
        marks.append(alter(owner, f"CLUSTER ON {text.name(index['name'])}"))
    if index["replica_identity"]:
        marks.append(alter(owner, f"REPLICA IDENTITY USING INDEX {text.name(index['name'])}"))
    return Definition(index["definition"], tuple(marks))


def create_index(form: forms.CreateIndex, catalog: Catalog | None) -> Undo:
    found = table(catalog, form.relation)
    name = form.name or (naming.index(found[0], found[1], form) if found else "")
    if not name or (form.if_not_exists and catalog is None):
        return OPEN
    schema = found[1]["schema"] if found else form.relation.schema
    index = Relation(name, schema)
    if form.if_not_exists and catalog and (row := catalog.relation(index)):
        known = catalog.index(row["oid"])
        left = known and not known["valid"] and read.describes(known["definition"], form)
        # What an unfinished build has left is built anew, outside of a transaction only.
        if not (left and form.concurrently):
            return NOTHING
    if form.concurrently:
        return sql(f"DROP INDEX CONCURRENTLY IF EXISTS {text.relation(index)}", transactional=False)
    return sql(f"DROP INDEX IF EXISTS {text.relation(index)}")


def drop_index(form: forms.DropIndex, catalog: Catalog | None) -> Undo:
    if catalog is None:
        return Undo(open=True, transactional=False)
    if form.cascade:
        return lost("what CASCADE drops with the index")
    row = catalog.relation(form.index)
    index = catalog.index(row["oid"]) if row else None
    if index is None:
        return NOTHING if form.if_exists else OPEN
    if index["kind"] == "I":
        return sql(*partitioned(catalog, index), transactional=False)
    if not index["valid"]:
        return NOTHING
    made = definition(index)
    return sql(concurrently(made.create), *made.marks, transactional=False)


def partitioned(catalog: Catalog, index: Row) -> tuple[str, ...]:
    """An index of a partitioned table: first without its partitions, then theirs, each attached when it is built."""
    made = definition(index)
    statements = [made.create]
    for row in catalog.rows("descendants", oid=index["oid"]):
        part, parent = catalog.index(row["oid"]), catalog.rows("parents", oid=row["oid"])
        if part is None or not parent:
            continue
        own = definition(part)
        statements.append(own.create if part["kind"] == "I" else concurrently(own.create))
        whole = text.relation(catalog.named(parent[0]))
        statements.append(f"ALTER INDEX {whole} ATTACH PARTITION {text.relation(catalog.named(part))}")
        statements.extend(own.marks)
    return (*statements, *made.marks)
