"""Which writes may go over many rows of a table that somebody uses: what the rules about backfills agree on."""

from __future__ import annotations

from safemigrate.lint.history import source
from safemigrate.lint.rule import Situation, forms


def is_backfill(form: forms.Write, at: Situation) -> bool:
    """Whether it may touch many rows of an existing table, or fill it from one: at once, or row by row."""
    if not at.concerns(form.relation):
        return False
    if is_row_by_row(form, at):
        return True
    if form.kind in {"insert", "copy"}:
        return form.from_query and any(at.concerns(relation) for relation in form.reads)
    return not _few(form, at)


def _few(form: forms.Write, at: Situation) -> bool:
    """Whether the WHERE names rows by a key. A table that is not known is taken to have one called id."""
    table, compared = at.table(form.relation), set(form.compared)
    if "id" in compared and (table is None or not table.whole):
        return True
    indexes = table.indexes.values() if table else ()
    return any(
        index.unique and not index.partial and index.columns and set(index.columns) <= compared for index in indexes
    )


def is_row_by_row(form: forms.Write, at: Situation) -> bool:
    """Whether it comes once for each row that was read: it is in a loop, and not reached over empty tables."""
    origin = at.sent.statement.origin if at.sent and not at.sent.certain else None
    looped = origin is not None and origin.line in source.repeated(at.reading.text)
    return looped and form.kind not in {"insert", "copy"}


def marked(at: Situation) -> bool:
    """Whether it is a directive of ``safemigrate.ops``: meant for a runner that cuts it into batches."""
    return at.sent is not None and at.sent.statement.marks.batched


def words(form: forms.Write) -> str:
    """What the statement is, such as ``UPDATE of orders``."""
    joint = {"insert": "INSERT … SELECT into", "delete": "DELETE from", "merge": "MERGE into", "copy": "COPY into"}
    return f"{joint.get(form.kind, 'UPDATE of')} {form.relation}"
