"""exclusion-constraint: EXCLUDE on an existing table.

Why      It takes ACCESS EXCLUSIVE, builds an index and reads the whole table a second time to compare the rows: nobody
         reads or writes meanwhile. There is no form of it that does without.
Bad      op.create_exclude_constraint("orders_period", "orders", ("period", "&&"), using="gist")
Instead  the constraint in a new table that is filled in batches, or a window in which nobody uses the table

Silent for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import online
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.AddConstraint, at: Situation) -> Iterator[Found]:
    if form.constraint.kind != "exclude" or not at.concerns(form.relation):
        return
    yield Found(
        f"exclusion constraint {form.constraint.name or online.name(form)} blocks reads and writes of {form.relation} "
        "while its index is built and all rows are compared",
        instead="# it has no online form: have it in a new table that is filled in batches and takes the place of\n"
        f"# {form.relation}, or add it in a window in which nobody uses {form.relation}",
        handled=False,
    )
