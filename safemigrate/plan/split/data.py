"""UPDATE and DELETE of a large table, as batches along its key, each of them a short transaction.

Nobody waits for more than one batch's rows. What a statement means must not depend on being one transaction: what reads
its own table, decides by a volatile function, or hands rows back stays as it is written, with a note that says why.
"""

from __future__ import annotations

from safemigrate.plan import text
from safemigrate.plan.catalog import Row
from safemigrate.plan.split.base import NOTHING_TO_UNDO, Answer, Part, Situation, Split
from safemigrate.statement import edit, forms, functions, parser
from safemigrate.statement.forms import Relation
from safemigrate.steps import Batch, Undo

FAMILY = "batches"

_PLAIN = frozenset({"r", "p"})
_KINDS = {"v": "a view", "f": "a foreign table", "m": "a materialized view", "S": "a sequence"}


def write(form: forms.Write, sql: str, situation: Situation) -> Answer:
    """An UPDATE or DELETE as one BATCHED part."""
    if form.kind not in ("update", "delete"):
        return None
    row = _table(form, situation)
    if row is None:
        return None
    covered = _covered(form, situation)
    answer = batch(sql, situation, row, images=situation.images and not covered)
    if isinstance(answer, str):
        return f"as written, in one transaction: {answer}"
    undo = NOTHING_TO_UNDO if covered else _undo(form, answer, situation, row)
    return Split(FAMILY, (Part((sql,), undo=undo, batch=answer, note=_note(sql, situation, row)),))


def _table(form: forms.Write, situation: Situation) -> Row | None:
    return situation.old(form.relation) if situation.marks.batched else situation.concerned(form.relation)


def _covered(form: forms.Write, situation: Situation) -> bool:
    """Whether the columns that it sets are new in this revision: they go with the step that made them."""
    made = situation.made.columns
    return form.kind == "update" and all((form.relation, column) in made for column in form.columns)


def batch(sql: str, situation: Situation, row: Row, *, images: bool) -> Batch | str:
    """How the UPDATE or DELETE *sql* on the table of *row* is cut into batches; or why it cannot be."""
    try:
        found = edit.write(sql)
    except parser.Unparsable as error:
        return str(error)
    facts = _facts(found, situation, row)
    assert facts is not None  # its row has just been read
    why = found.obstacle or _of_table(found, row, facts) or _of_statement(found, situation, row)
    if why:
        return why
    key = _key(found, situation, row)
    if isinstance(key, str):
        return key
    if not key and found.kind == "update" and not found.condition:
        return "the table has no key, and without WHERE nothing tells which rows are done"
    if not key and (row["kind"] == "p" or found.others):
        return "the table has no key that it could be cut along"
    return Batch(key, images and (bool(key) or found.kind == "delete"), situation.name(row))


def _facts(found: edit.Write, situation: Situation, row: Row) -> Row | None:
    columns = [situation.column_before(row, column) for column in found.columns]
    return situation.catalog.row("batchable", oid=row["oid"], columns=columns)


def _of_table(found: edit.Write, row: Row, facts: Row) -> str:
    """What about the table does not allow batches; "" for nothing."""
    if row["kind"] not in _PLAIN:
        return f"{found.relation} is {_KINDS.get(row['kind'], 'no table')}"
    if row["has_children"] and row["kind"] == "r" and not found.only:
        return "the table has children, and no key goes across them"
    if facts["rules"]:
        return "the table has rules"
    if facts["row_security"]:
        return "row-level security hides rows of the table from us"
    if facts["partition_key"]:
        return "it sets the partition key, and rows would move between partitions"
    if facts["deferrable"]:
        return "it sets a column of a deferrable constraint, which has to hold only at the end of the statement"
    if facts["comes_back"]:
        return "the table refers to itself, and what it sets goes on to other rows of it"
    if facts["always_generated"]:
        return "it sets a column that is always generated, whose former values could not be put back"
    if found.kind == "delete" and facts["refers_to_itself"]:
        return "the table refers to itself, and the order of its rows would matter"
    return ""


def _of_statement(found: edit.Write, situation: Situation, row: Row) -> str:
    """What about the statement does not allow batches; "" for nothing."""
    for relation in found.reads:
        other = situation.catalog.relation(relation)
        if other is not None and _is_part(situation, other, row):
            return "it reads its own table, which changes under it from batch to batch"
        if other is not None and other["kind"] == "v":
            return f"it reads the view {relation}, which may read its own table"
    reading = _reading(found.all_functions, situation, row)
    if reading:
        return f"it calls {reading}, which may read its own table"
    volatile = _volatile(found.functions, situation)
    return f"its condition calls {volatile}, which is volatile" if volatile else ""


def _is_part(situation: Situation, other: Row, row: Row) -> bool:
    """Whether rows of the one are rows of the other."""
    if other["oid"] == row["oid"]:
        return True
    found = situation.catalog.row("related", one=row["oid"], other=other["oid"])
    return bool(found and found["related"])


def _reading(names: tuple[str, ...], situation: Situation, row: Row) -> str:
    """Those functions that seem to read the table."""
    unknown = [name for name in names if functions.volatility([name]) == "unknown"]
    if not unknown:
        return ""
    found = situation.catalog.rows("functions_that_name", names=unknown, table=row["name"], oid=row["oid"])
    return ", ".join(each["name"] for each in found)


def _volatile(names: tuple[str, ...], situation: Situation) -> str:
    unknown = [name for name in names if functions.volatility([name]) == "unknown"]
    found = [name for name in names if functions.volatility([name]) == "volatile"]
    found += [row["name"] for row in situation.catalog.rows("volatile_functions", names=unknown)] if unknown else []
    return ", ".join(found)


def _key(found: edit.Write, situation: Situation, row: Row) -> tuple[str, ...] | str:
    """The columns to go along, () for the places of rows; or why those that were asked for will not do."""
    keys = [
        tuple(situation.column_now(row, column) for column in each["columns"])
        for each in situation.catalog.rows("keys", oid=row["oid"])
        if Relation(each["name"], row["schema"]) not in situation.made.dropped
    ]
    asked = situation.marks.key
    if asked:
        if asked not in keys:
            return f"({text.names(asked)}) is no unique key over NOT NULL columns"
        keys = [asked]
    usable = [key for key in keys if not set(key) & set(found.columns)]
    if keys and not usable:
        return "it sets the key that it would be cut along"
    return usable[0] if usable else ()


def _undo(form: forms.Write, chosen: Batch, situation: Situation, row: Row) -> Undo:
    words = "the deleted rows of" if form.kind == "delete" else "the former values of"
    loses = "" if chosen.images else f"{words} {form.relation}"
    if form.kind == "delete" and not loses:
        others = [each["name"] for each in situation.catalog.rows("reached", oid=row["oid"])]
        loses = f"what its deletion does to {', '.join(others)}" if others else ""
    return Undo(loses=loses, settled=True)


def _note(sql: str, situation: Situation, row: Row) -> str:
    found = edit.write(sql)
    notes = []
    timely = [name for name in found.all_functions if name in _TIMELY]
    if timely:
        notes.append(f"{', '.join(timely)} differs from batch to batch")
    facts = _facts(found, situation, row)
    if facts and facts["statement_triggers"]:
        notes.append("its statement triggers fire once for each batch")
    return "; ".join(notes)


_TIMELY = frozenset({"now", "transaction_timestamp", "statement_timestamp", "current_timestamp"})
