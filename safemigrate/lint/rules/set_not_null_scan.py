"""set-not-null-scan: SET NOT NULL that reads an existing table for NULLs.

Why      It takes ACCESS EXCLUSIVE until all rows are read: nobody reads or writes meanwhile.
Bad      op.alter_column("orders", "note", nullable=False)
Instead  op.create_check_constraint(
             "orders_note_not_null_check", "orders", "note IS NOT NULL", postgresql_not_valid=True
         )
         # in the next revision:
         with op.get_context().autocommit_block():
             op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_note_not_null_check")
         op.alter_column("orders", "note", nullable=False)
         op.drop_constraint("orders_note_not_null_check", "orders", type_="check")

From PostgreSQL 18 on, ADD CONSTRAINT … NOT NULL note NOT VALID and VALIDATE CONSTRAINT do.
Silent where the column is NOT NULL already or a validated check proves it (one that is NOT VALID does not), and for
tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import online
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.SetNotNull | forms.AddConstraint, at: Situation) -> Iterator[Found]:
    column = _column(form)
    if not column or not at.concerns(form.relation) or not at.impact(form).scans:
        return
    yield Found(
        f"all of {form.relation} is read for NULLs in {column} while reads and writes of it are blocked",
        instead=online.not_null(form.relation, column, at),
        handled=True,
    )


def _column(form: forms.SetNotNull | forms.AddConstraint) -> str:
    if isinstance(form, forms.SetNotNull):
        return form.column
    said = form.constraint
    return said.columns[0] if said.kind == "not null" and not said.not_valid else ""
