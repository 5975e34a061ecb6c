"""unique-constraint-scan: a UNIQUE constraint that builds its index on an existing table.

Why      It takes ACCESS EXCLUSIVE, and holds it until the index is built, which reads the whole table: nobody reads or
         writes meanwhile. A column that comes with unique=True does the same.
Bad      op.create_unique_constraint("orders_number_key", "orders", ["number"])
Instead  with op.get_context().autocommit_block():
             op.create_index("orders_number_key", "orders", ["number"], unique=True, postgresql_concurrently=True)
         # in the next revision:
         op.execute("ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE USING INDEX orders_number_key")

Silent for USING INDEX, which is instant, and for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import online, partitioned
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.AddConstraint | forms.AddColumn, at: Situation) -> Iterator[Found]:
    if not at.concerns(form.relation):
        return
    table = at.table(form.relation)
    spelled = partitioned.key if table and table.partitioned else online.key
    for added, sql in online.added(form, "unique", at):
        if not added.constraint.using_index:
            yield Found(
                f"unique constraint {online.name(added)} blocks reads and writes of {form.relation} while its index "
                "is built",
                instead=online.after_column(form, "unique", spelled(added, sql, at), at),
                handled=not online.overlapping(sql),
            )
