"""unbatched-backfill: many rows of an existing table are written in one transaction.

Why      Each row stays locked until the commit, replicas and VACUUM fall behind, and a failure begins anew.
Bad      op.execute("UPDATE orders SET total = price * quantity")
         for row in op.get_bind().execute(sa.text("SELECT id FROM orders")):
             op.execute(f"UPDATE orders SET total = 0 WHERE id = {row.id}")
Instead  from safemigrate import ops
         ops.batched_update("orders", {"total": sa.text("price * quantity")})

Silent for rows that the WHERE names by a key, for tables that are new or temporary, and for INSERT … VALUES.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import backfills
from safemigrate.lint.advice import spell_apart
from safemigrate.lint.history import source
from safemigrate.lint.rule import Found, Impact, Reading, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(thing: forms.Write | Reading, at: Situation) -> Iterator[Found]:
    if isinstance(thing, Reading):
        yield from _objects(thing)
    elif not backfills.marked(at) and backfills.is_backfill(thing, at):
        yield from _statement(thing, at)


def _statement(form: forms.Write, at: Situation) -> Iterator[Found]:
    if backfills.is_row_by_row(form, at):
        yield Found(
            f"{backfills.words(form)} for each row that the loop reads, in one transaction",
            instead="# one statement for all of the rows, in batches: see ops.batched_update() of safemigrate",
            handled=True,
        )
    else:
        yield Found(
            f"{backfills.words(form)} {_extent(form)}, in one transaction",
            instead=spell_apart.batched(at.sql) or "# by ranges of a key, each range in a transaction of its own",
            handled=form.kind in {"update", "delete"},
        )


def _extent(form: forms.Write) -> str:
    if form.kind == "insert":
        return "writes as many rows as its query gives"
    return "goes over many rows" if form.filtered or form.kind == "merge" else "goes over all of its rows"


def _objects(reading: Reading) -> Iterator[Found]:
    for line, attribute in source.objects_changed(reading.text) if reading.reads else ():
        yield Found(
            f"each object that the loop reads {f'has its {attribute} changed' if attribute else 'is deleted'}: "
            "a statement for each row, in one transaction",
            instead="# one statement for all of the rows, in batches: see ops.batched_update() of safemigrate",
            handled=False,
            impact=Impact(),
            line=line,
        )
