"""primary-key-nullable-index: PRIMARY KEY USING INDEX over columns that may be NULL.

Why      A primary key makes its columns NOT NULL. Where they are not yet, the whole table is read for NULLs under
         ACCESS EXCLUSIVE: nobody reads or writes meanwhile.
Bad      op.execute("ALTER TABLE audit ADD CONSTRAINT audit_pkey PRIMARY KEY USING INDEX ux_audit_id")
Instead  the same, after op.alter_column("audit", "id", nullable=False) by way of a validated check

Silent where the columns are NOT NULL, or a validated check proves it, and for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safemigrate.lint.advice import online, spell
from safemigrate.lint.rule import Found, Severity, Situation, forms
from safemigrate.statement import edit

SEVERITY = Severity.WARNING


def check(form: forms.AddConstraint, at: Situation) -> Iterator[Found]:
    said = form.constraint
    if said.kind != "primary key" or not said.using_index or not at.concerns(form.relation):
        return
    if not at.impact(form).scans:
        return
    columns = _nullable(form, at)
    which = ", ".join(columns) or f"each column of {said.using_index} that may be NULL"
    yield Found(
        f"{form.relation} is read for NULLs in {which} while reads and writes of it are blocked",
        instead=_instead(form, columns, at),
        handled=False,
    )


def _nullable(form: forms.AddConstraint, at: Situation) -> Sequence[str]:
    table = at.table(form.relation)
    index = table.indexes.get(form.constraint.using_index) if table else None
    return [name for name in index.columns if table and not table.proven_not_null(name)] if index else []


def _instead(form: forms.AddConstraint, columns: Sequence[str], at: Situation) -> str:
    first = [online.not_null(form.relation, name, at) for name in columns] or ["# its columns made NOT NULL, and then"]
    return "\n".join([*first, spell.later(spell.execute(edit.alone(form, at.sql) or at.sql))])
