"""drop-foreign-key-locks: dropping a foreign key stops both of its tables.

Why      The triggers that keep it are on both tables, so both are locked ACCESS EXCLUSIVE: the one that it points at
         too, where nobody expects it. That is brief by itself, but it waits behind every transaction on either table,
         everybody waits behind it, and both stay locked until its transaction ends.
Bad      op.drop_constraint("orders_account_fk", "orders", type_="foreignkey")
         op.add_column("orders", sa.Column("payer", sa.Text()))
Instead  with op.get_context().autocommit_block():
             op.drop_constraint("orders_account_fk", "orders", type_="foreignkey")

Silent in an autocommit_block(), and where the table that it points at is new or the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.WARNING

_NAMED_SO = re.compile(r"(^|_)fk(ey)?(_|$)", re.IGNORECASE)


def check(form: forms.DropConstraint, at: Situation) -> Iterator[Found]:
    other = _points_at(form, at)
    if not other or at.autocommit:
        return
    drop = spell.call(
        "drop_constraint", form.name, form.relation.name, type_="foreignkey", **spell.schema(form.relation)
    )
    if _alone(at):
        yield Found(
            f"both {form.relation} and {other} are stopped for an instant, and while it waits for either",
            instead="\n".join([spell.execute("SET LOCAL lock_timeout = '2s'"), drop]),
            handled=True,
        )
        return
    yield Found(
        f"both {form.relation} and {other} are stopped, from the drop of {form.name} to the end of the transaction",
        instead=f"# in a revision of its own:\n{spell.autocommit(drop)}",
        handled=True,
    )


def _points_at(form: forms.DropConstraint, at: Situation) -> str:
    """The other table where somebody uses it; "" where there is none."""
    table = at.table(form.relation)
    known = table.constraints.get(form.name) if table else None
    if known is not None and known.references:
        other = known.references
        return str(at.shown(other)) if at.concerns(other) and other != at.schema.key(form.relation) else ""
    guessed = known is None and (table is None or not table.whole) and _NAMED_SO.search(form.name)
    return "the table that it points at" if guessed else ""


def _alone(at: Situation) -> bool:
    """Whether the transaction is over when this statement is."""
    own = len(at.sent.statement.forms) if at.sent else 0
    rest = at.before() or at.later() or (at.transactions.together and at.pending > 1)
    return own == 1 and not at.within and not rest
