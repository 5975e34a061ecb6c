"""primary-key-scan: a PRIMARY KEY that builds its index on an existing table.

Why      It takes ACCESS EXCLUSIVE until the index is built, which reads the whole table, and once more for NULLs where
         a column may have some: nobody reads or writes meanwhile.
Bad      op.create_primary_key("items_pkey", "items", ["id"])
Instead  with op.get_context().autocommit_block():
             op.create_index("items_pkey", "items", ["id"], unique=True, postgresql_concurrently=True)
         # in the next revision:
         op.execute("ALTER TABLE items ADD CONSTRAINT items_pkey PRIMARY KEY USING INDEX items_pkey")

Its columns are made NOT NULL before, the long way. Silent for tables that are new or temporary. USING INDEX is
primary-key-nullable-index.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import online, partitioned, spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.AddConstraint | forms.AddColumn, at: Situation) -> Iterator[Found]:
    if not at.concerns(form.relation):
        return
    for added, sql in online.added(form, "primary key", at):
        if not added.constraint.using_index:
            yield Found(
                f"primary key {online.name(added)} blocks reads and writes of {form.relation} while its index is built",
                instead=online.after_column(form, "primary key", _instead(added, sql, at), at),
                handled=not online.overlapping(sql),
            )


def _instead(added: forms.AddConstraint, sql: str, at: Situation) -> str:
    table = at.table(added.relation)
    key = partitioned.key if table and table.partitioned else online.key
    known = table.columns if table else {}
    nullable = [
        name for name in added.constraint.columns if table and name in known and not table.proven_not_null(name)
    ]
    first = [online.not_null(added.relation, name, at) for name in nullable]
    spelled = key(added, sql, at)
    return "\n".join([*first, spell.later(spelled)]) if first else spelled
