"""drop-constraint-index: DROP INDEX of an index that belongs to a constraint.

Why      A PRIMARY KEY, UNIQUE or EXCLUDE constraint owns its index: PostgreSQL refuses to drop it alone, also with
         CASCADE or IF EXISTS, and the deploy fails there.
Bad      op.drop_index("orders_reference_key", "orders")
Instead  op.drop_constraint("orders_reference_key", "orders", type_="unique")

Which index belongs to a constraint is known from the history.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import dependants

SEVERITY = Severity.ERROR

_TYPES = {"primary key": "primary", "unique": "unique"}


def check(form: forms.DropIndex, at: Situation) -> Iterator[Found]:
    found = at.schema.index(form.index)
    if found is None or not found[1].constraint:
        return
    table, index = found
    constraint = table.constraints.get(index.constraint)
    kind = constraint.kind if constraint else "unique"
    more = {"type_": _TYPES[kind]} if kind in _TYPES else {}
    drop = spell.call("drop_constraint", index.constraint, table.name.name, **more, **spell.schema(form.index))
    freed = dependants.of(forms.DropConstraint(table.name, index.constraint), at.schema)
    yield Found(
        f"{form.index} belongs to the {kind.upper()} constraint {index.constraint} of {table.name.name}: "
        "PostgreSQL refuses to drop it alone",
        instead="\n".join([*(each.drop for each in freed), drop]),
        handled=False,
        impact=Impact(),
    )
