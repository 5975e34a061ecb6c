"""CREATE INDEX, DROP INDEX and REINDEX, concurrently.

Why      CREATE INDEX takes SHARE on its table and reads all of it: nobody writes meanwhile. DROP INDEX takes ACCESS
         EXCLUSIVE on the table, which queues behind every reader and holds up all after it. REINDEX takes SHARE on the
         table and ACCESS EXCLUSIVE on the index, which the planner of every reader waits for.
When     the table (or materialized view) is old and large. An index of a partitioned table: see partitioned.
Parts    one for each index: CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY, all under
         SHARE UPDATE EXCLUSIVE. An index without a name gets the one that PostgreSQL would have chosen.
Undo     DROP INDEX CONCURRENTLY; the index built anew, concurrently; REINDEX has nothing to take back.
Failure  an INVALID index under the name that was to be, or with the suffix _ccnew or _ccold: the executor drops it.
As written  an index behind a constraint, of a partitioned table, with CASCADE; REINDEX of a partitioned table, of
         one with an exclusion constraint (PostgreSQL skips it) or an invalid index, of a schema or a database.
"""

from __future__ import annotations

from collections.abc import Sequence

from safemigrate.facts import identifiers
from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.split import partitioned
from safemigrate.plan.split.base import Answer, Part, Situation, Split
from safemigrate.statement import forms, parser
from safemigrate.statement.edit import indexes as edit
from safemigrate.statement.forms import Relation

FAMILY = "index concurrently"
DROP = "drop index concurrently"
REINDEX = "reindex concurrently"


def create(form: forms.CreateIndex, sql: str, situation: Situation) -> Answer:
    row = None if form.concurrently else situation.concerned(form.relation)
    if row is None or (row["kind"] == "p" and form.only):
        return None
    try:
        name = form.name or _name(sql, row, situation)
        if not name:
            return "as written: the name that PostgreSQL will choose for the index cannot be told"
        if row["kind"] == "p":
            return partitioned.create(form, sql, situation, row, name)
        built = edit.index_on(sql, Catalog.named(row), name, concurrently=True)
    except parser.Unparsable as error:
        return f"as written: {error}"
    return Split(FAMILY, (Part((built,)),))


def _name(sql: str, row: Row, situation: Situation) -> str:
    """The name that PostgreSQL would choose, given the names that are taken and those of this revision."""
    keys = edit.key_names(sql)
    if not keys:
        return ""
    return identifiers.choose(row["name"], keys, "idx", situation.taken(row["schema"]))


def drop(form: forms.DropIndex, _sql: str, situation: Situation) -> Answer:
    return drop_several([form], _sql, situation)


def drop_several(several: Sequence[forms.DropIndex], _sql: str, situation: Situation) -> Answer:
    """DROP INDEX a, b: each by itself, as CONCURRENTLY asks for."""
    if any(form.concurrently for form in several):
        return None
    found = [_index(form.index, situation) for form in several]
    if any(index is None and not form.if_exists for form, index in zip(several, found, strict=True)):
        return None
    old = [index for index in found if index and situation.concerned(_table(index))]
    if not old:
        return None
    if several[0].cascade:
        return "as written: DROP INDEX CONCURRENTLY has no CASCADE"
    if any(index["kind"] == "I" for index in old):
        return "as written: an index of a partitioned table cannot be dropped concurrently"
    if any(index["constraint"] for index in old):
        return None
    parts = [_drop(form, index, index in old) for form, index in zip(several, found, strict=True)]
    return Split(DROP, tuple(parts))


def _drop(form: forms.DropIndex, index: Row | None, old: bool) -> Part:
    name = Catalog.named(index) if index else form.index
    words = ["DROP INDEX", *(["CONCURRENTLY"] if old else []), *(["IF EXISTS"] if form.if_exists else [])]
    return Part((f"{' '.join(words)} {text.relation(name)}",))


def _index(name: Relation, situation: Situation) -> Row | None:
    row = situation.catalog.relation(name)
    return situation.catalog.index(row["oid"]) if row else None


def _table(index: Row) -> Relation:
    return Relation(index["table_name"], index["table_schema"])


def reindex(form: forms.Reindex, sql: str, situation: Situation) -> Answer:
    if form.concurrently:
        return None
    if form.kind not in ("index", "table"):
        return f"as written: REINDEX {form.kind.upper()} goes through many tables"
    index = _index(form.name, situation) if form.kind == "index" else None
    row = situation.concerned(_table(index) if index else form.name)
    if row is None:
        return None
    why = _refused(row, index, situation)
    if why:
        return f"as written: {why}"
    try:
        return Split(REINDEX, (Part((edit.reindex_concurrently(sql),)),))
    except parser.Unparsable as error:
        return f"as written: {error}"


def _refused(row: Row, index: Row | None, situation: Situation) -> str:
    """Why REINDEX CONCURRENTLY would not do what REINDEX does; "" where it does."""
    if row["kind"] == "p":
        return "the table is partitioned: its partitions can be reindexed concurrently one by one"
    rows = situation.catalog.rows("indexes_of_several", oids=[row["oid"]])
    concerned = [each for each in rows if index is None or each["oid"] == index["oid"]]
    if any(each["exclusion"] for each in concerned):
        return "the index of an exclusion constraint cannot be rebuilt concurrently"
    if index is None and not all(each["valid"] for each in concerned):
        return "REINDEX TABLE CONCURRENTLY leaves out an invalid index, and the table has one"
    return ""
