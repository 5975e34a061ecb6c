"""many-locks-in-transaction: one transaction locks several existing tables against writes.

Why      It waits for each of them while it keeps the others locked: the waits add up, and two transactions that come to
         the tables in another order end in a deadlock.
Bad      op.add_column("orders", sa.Column("note", sa.Text()))
         op.add_column("accounts", sa.Column("note", sa.Text()))
Instead  two revisions, in two transactions (transaction_per_migration=True in env.py)

It is told once for each transaction, where the second table comes. Silent for what one statement locks together, for
views and sequences, and for the tables that a new table or foreign key refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safemigrate.lint.advice import spell_apart
from safemigrate.lint.rule import Form, Found, Impact, LockMode, Relation, Sent, Severity, Situation, forms

SEVERITY = Severity.WARNING

_REFERRING = forms.AddConstraint | forms.AddColumn


def check(sent: Sent, at: Situation) -> Iterator[Found]:
    now = _locked([(form, at.impact(form)) for form in sent.statement.forms], at)
    holds = at.holds()
    if not now or (len(holds) == 1 and now <= holds.keys()):  # the one table again, as in most long revisions
        return
    held = _held_by_one(at)
    if not held or now <= held:
        return
    yield Found(
        f"a lock on {_told(now - held)} is taken while the transaction still holds the one on {_told(held)}",
        instead=spell_apart.apart(at.transactions, spell_apart.again(at.reading, sent)),
        handled=True,
    )


def _held_by_one(at: Situation) -> set[Relation]:
    """What is locked by now, if one statement has locked all of it; nothing once a second one has: that is told."""
    held: set[Relation] = set()
    for done in at.before():
        new = _locked(done.done, at) - held
        if held and new:
            return set()
        held |= new
    return held


def _locked(several: Iterable[tuple[Form, Impact]], at: Situation) -> set[Relation]:
    """The existing tables that these lock against writes."""
    return {
        at.schema.key(lock.relation)
        for form, impact in several
        if not isinstance(form, forms.CreateTable) and getattr(form, "kind", "") not in {"view", "sequence"}
        for lock in impact.locks
        if lock.relation == getattr(form, "relation", lock.relation) or not isinstance(form, _REFERRING)
        if lock.mode >= LockMode.SHARE and at.concerns(lock.relation) and _is_table(lock.relation, at)
    }


def _is_table(relation: Relation, at: Situation) -> bool:
    table = at.table(relation)
    return at.schema.key(relation) not in at.schema.sequences and (table is None or table.kind != "view")


def _told(relations: set[Relation]) -> str:
    return ", ".join(str(relation).removeprefix("public.") for relation in sorted(relations))
