"""truncate-table: TRUNCATE of a table that is in use.

Why      The lock is ACCESS EXCLUSIVE, and all rows are gone at once, also for transactions that have begun before. With
         CASCADE the tables whose foreign keys point there are emptied too, and those that point at them.
Bad      op.execute("TRUNCATE audit")
Instead  ops.batched_delete("audit", "true")
         of safemigrate.ops, or any DELETE: it locks rows only, and safemigrate upgrade runs it in batches

Silent for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell, spell_apart
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms
from safemigrate.lint.schema import impact

SEVERITY = Severity.WARNING


def check(form: forms.Truncate, at: Situation) -> Iterator[Found]:
    used = [relation for relation in form.relations if at.concerns(relation)]
    if not used:
        return
    others = [at.shown(relation) for relation in impact.emptied(form, at.schema)]
    told = ", ".join(map(str, others)) or "every table whose foreign keys lead there"
    more = f"; by CASCADE also {told}" if form.cascade else ""
    yield Found(
        f"TRUNCATE empties {', '.join(map(str, used))} at once, and stops every use until the transaction ends{more}",
        instead=_batches([*reversed(others), *used] if form.cascade else used),
        handled=False,
    )


def _batches(relations: list[Relation]) -> str:
    """What points at others goes first."""
    lines = [spell_apart.batched(f"DELETE FROM {spell.relation(each)}").splitlines() for each in relations]
    return "\n".join(dict.fromkeys(line for each in lines for line in each))
