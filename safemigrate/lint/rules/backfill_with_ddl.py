"""backfill-with-ddl: rows are written while the transaction holds a lock from a change of the schema.

Why      The lock is kept until the commit: who reads or writes the table waits until all of the rows are done.
Bad      op.add_column("orders", sa.Column("total", sa.Numeric()))
         op.execute("UPDATE orders SET total = price * quantity")
Instead  two revisions in two transactions: the column in the first, the rows in the second, in batches
         (ops.batched_update("orders", {"total": sa.text("price * quantity")}) under safemigrate upgrade)

Alembic runs all pending revisions in one transaction, unless env.py says transaction_per_migration=True.
Silent for rows that the WHERE names by a key, for tables that are new or temporary, and for the directives of
safemigrate.ops, which are meant for a runner that commits in between.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.facts import Lock
from safemigrate.lint import backfills
from safemigrate.lint.advice import spell, spell_apart
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.Write, at: Situation) -> Iterator[Found]:
    held = at.holds()
    if not held or backfills.marked(at) or not backfills.is_backfill(form, at):
        return
    own = at.schema.key(form.relation)
    relation = own if own in held else max(held, key=lambda each: (held[each], each))
    mode = held[relation]
    shown = form.relation if relation == own else str(relation).removeprefix("public.")
    yield Found(
        f"{backfills.words(form)} runs while {shown} is locked ({mode.sql}), and the lock is kept until the commit",
        instead=spell_apart.apart(at.transactions, _alone(form, at)),
        handled=True,
        impact=Impact((Lock(relation, mode),), scans=at.impact(form).scans),
    )


def _alone(form: forms.Write, at: Situation) -> str:
    if at.within or backfills.is_row_by_row(form, at):
        return f"# {backfills.words(form)} by itself, for all of the rows"
    return spell_apart.batched(at.sql) or spell.execute(at.sql)
