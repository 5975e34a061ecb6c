"""referenced-table-lock: a new table with a foreign key locks the table that it refers to.

Why      SHARE ROW EXCLUSIVE on the referenced table: writes to it wait, for an instant, but behind each transaction
         that CREATE TABLE itself has to wait for.
Bad      op.create_table("notes", sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("orders.id")))
Instead  op.execute("SET LOCAL lock_timeout = '2s'")
         op.create_table("notes", sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("orders.id")))

Silent where the referenced table is new as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell_apart
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.INFO


def check(form: forms.CreateTable, at: Situation) -> Iterator[Found]:
    own = at.schema.key(form.relation)
    referenced = [each for each in dict.fromkeys(form.references) if at.concerns(each) and at.schema.key(each) != own]
    if not referenced or (form.if_not_exists and own in at.schema.tables):
        return
    yield Found(
        f"creating {form.relation} stops writes to {', '.join(map(str, referenced))} for an instant",
        instead=spell_apart.with_lock_timeout(at),
        handled=True,
    )
