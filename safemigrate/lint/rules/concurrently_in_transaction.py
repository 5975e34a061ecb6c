"""concurrently-in-transaction: CONCURRENTLY inside of a transaction block.

Why      PostgreSQL refuses it (25001): the deploy fails there. It is refused in DO blocks and functions too, wherever
         they are called, and in a string of several statements, which is one transaction in an autocommit_block() too.
Bad      op.create_index("ix_orders_user", "orders", ["user_id"], postgresql_concurrently=True)
Instead  with op.get_context().autocommit_block():
             op.create_index("ix_orders_user", "orders", ["user_id"], postgresql_concurrently=True)

Silent wherever the block comes from: an alias of op.get_context(), or a context manager of your own around it.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, Transactions, forms
from safemigrate.statement import edit

SEVERITY = Severity.ERROR

Concurrent = forms.CreateIndex | forms.DropIndex | forms.Reindex | forms.DetachPartition


def check(
    form: forms.CreateIndex | forms.DropIndex | forms.Reindex | forms.DetachPartition, at: Situation
) -> Iterator[Found]:
    if not form.concurrently or (_in_a_block(at) and not at.within):
        return
    together = at.sent is not None and at.sent.together and at.sent.autocommit
    yield Found(
        "CONCURRENTLY cannot run in a string of several statements, which is one transaction: it fails"
        if together
        else "CONCURRENTLY cannot run inside of a transaction block: it fails",
        instead=spell.autocommit(_written(form, at)),
        handled=True,
        impact=Impact(),
        fixable=not at.within,
    )


def _in_a_block(at: Situation) -> bool:
    """Where env.py has begun the transaction itself, the block is what fails: autocommit-block-unavailable."""
    return at.autocommit or bool(at.sent and at.sent.autocommit and at.transactions is Transactions.EXTERNAL)


def _written(form: Concurrent, at: Situation) -> str:
    """As it stands there where it can be moved; an operation of a batch, or a part of something larger, cannot."""
    if at.source.startswith("op.") and not at.within and not (at.sent and at.sent.together):
        return at.source
    match form:
        case forms.CreateIndex():
            return spell.create_index(form, at.sql)
        case forms.DropIndex():
            known = at.schema.index(form.index)
            return spell.drop_index(form.index, at.shown(known[0].name) if known else None, if_exists=form.if_exists)
    return spell.execute(edit.alone(form, at.sql) or at.sql)
