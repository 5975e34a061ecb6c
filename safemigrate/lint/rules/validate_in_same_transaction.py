"""validate-in-same-transaction: VALIDATE CONSTRAINT in a transaction that holds a strong lock.

Why      VALIDATE itself lets everybody read and write. But what the transaction did before (ADD … NOT VALID, or any
         other change) holds its locks until the end: they last as long as the whole table is read.
Bad      op.create_check_constraint("orders_total", "orders", "total >= 0", postgresql_not_valid=True)
         op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total")
Instead  # in the next revision:
         with op.get_context().autocommit_block():
             op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total")

Another revision alone does not help: unless env.py says transaction_per_migration=True, all pending revisions run in
one transaction. Silent in an autocommit_block(), and where the table is new or the constraint is valid already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safemigrate.facts import Lock
from safemigrate.lint.advice import online, spell
from safemigrate.lint.rule import Found, Impact, LockMode, Relation, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.ValidateConstraint, at: Situation) -> Iterator[Found]:
    table = at.table(form.relation)
    known = table.constraints.get(form.name) if table else None
    beside = _beside(form, at)
    held = {**at.holds(), **beside}
    if not held or not at.concerns(form.relation) or (known and known.valid):
        return
    tables = dict.fromkeys(at.shown(relation) for relation in held)
    stopped = "reads and writes of" if max(held.values()) is LockMode.ACCESS_EXCLUSIVE else "writes to"
    yield Found(
        f"{stopped} {' and '.join(map(str, tables))} stay blocked while all rows of {form.relation} are read: "
        f"the transaction {'locks' if beside else 'has locked'} {'it' if len(tables) == 1 else 'them'}",
        instead=_instead(form, at),
        handled=not beside,
        impact=Impact(tuple(Lock(relation, mode) for relation, mode in held.items()), scans=(form.relation,)),
    )


def _beside(form: forms.ValidateConstraint, at: Situation) -> Mapping[Relation, LockMode]:
    """What the same statement locks: the other actions of an ALTER TABLE, or what comes before it in a DO."""
    several = at.alongside(form)
    locks = [lock for lock in at.merged(several).locks if lock.mode >= LockMode.SHARE and at.concerns(lock.relation)]
    return {at.schema.key(lock.relation): lock.mode for lock in locks}


def _instead(form: forms.ValidateConstraint, at: Situation) -> str:
    block = online.validate(form.relation, form.name)
    own = any(each.reading is at.reading for each in at.before()) or at.alongside(form)
    return spell.later(block) if own else block
