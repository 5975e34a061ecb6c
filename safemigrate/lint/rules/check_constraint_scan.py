"""check-constraint-scan: a CHECK that reads all rows of an existing table.

Why      It takes ACCESS EXCLUSIVE until every row is checked: nobody reads or writes meanwhile. A CHECK that comes with
         a new column does the same, with a default or without.
Bad      op.create_check_constraint("orders_total_check", "orders", "total >= 0")
Instead  op.create_check_constraint("orders_total_check", "orders", "total >= 0", postgresql_not_valid=True)
         # in the next revision:
         with op.get_context().autocommit_block():
             op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check")

Silent for NOT VALID, and for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import online
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.AddConstraint | forms.AddColumn, at: Situation) -> Iterator[Found]:
    if not at.concerns(form.relation):
        return
    for added, sql in online.added(form, "check", at):
        yield Found(
            f"check {online.name(added)} blocks reads and writes of {form.relation} while all of its rows are checked",
            instead="\n".join([*online.column(form, "check", at), online.checked_later(added, sql, at)]),
            handled=True,
        )
