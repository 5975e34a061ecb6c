"""drop-primary-key: a table loses its primary key.

Why      ON CONFLICT and foreign keys rely on it; two rows can be alike from then on; and logical replication refuses
         every UPDATE and DELETE of a published table without a replica identity, which is the primary key.
Bad      op.drop_constraint("orders_pkey", "orders", type_="primary")
Instead  the new key's index CONCURRENTLY first, then both in one statement:
             op.execute("ALTER TABLE orders DROP CONSTRAINT orders_pkey, "
                        "ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_new_key")

Silent for tables that are new or temporary, and where the same statement, or the same transaction later on, adds a key.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Sent, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(form: forms.DropConstraint, at: Situation) -> Iterator[Found]:
    if not at.concerns(form.relation) or not _primary(form, at) or _replaced(form, at):
        return
    table, key = spell.relation(form.relation), spell.name(form.name)
    index = spell.name(f"{form.relation.name}_new_key")
    swap = f"ALTER TABLE {table}\n    DROP CONSTRAINT {key},\n    ADD CONSTRAINT {key} PRIMARY KEY USING INDEX {index}"
    yield Found(
        f"{form.relation} is left without a primary key: replication, ON CONFLICT and foreign keys rely on it",
        instead=f"# {index} is a unique index over columns that are NOT NULL, built CONCURRENTLY before\n"
        + spell.execute(swap),
        handled=False,
    )


def _primary(form: forms.DropConstraint, at: Situation) -> bool:
    table = at.table(form.relation)
    known = table.constraints.get(form.name) if table else None
    if known is not None or (table is not None and table.whole):
        return known is not None and known.kind == "primary key"
    return form.name.endswith("_pkey")


def _replaced(form: forms.DropConstraint, at: Situation) -> bool:
    own: tuple[Sent, ...] = (at.sent,) if at.sent else ()
    several = own if at.autocommit else (*own, *at.later())
    added = (each for sent in several for each in sent.statement.forms if isinstance(each, forms.AddConstraint))
    return any(
        at.schema.key(each.relation) == at.schema.key(form.relation) and each.constraint.kind == "primary key"
        for each in added
    )
