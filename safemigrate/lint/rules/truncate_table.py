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

from safemigrate.lint import impact, spell, spell_apart
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(form: forms.Truncate, at: Situation) -> Iterator[Found]:
    used = [relation for relation in form.relations if at.concerns(relation)]
    if not used:
        return
    others = ", ".join(map(str, impact.emptied(form, at.schema))) if form.cascade else ""
    with_others = f", and by CASCADE {others or 'every table whose foreign keys lead there'}" if form.cascade else ""
    yield Found(
        f"{', '.join(map(str, used))} is emptied at once, and stopped until the transaction ends{with_others}",
        instead="\n".join(spell_apart.batched(f"DELETE FROM {spell.relation(relation)}") for relation in used),
        handled=False,
    )
