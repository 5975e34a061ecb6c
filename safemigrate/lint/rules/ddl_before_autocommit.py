"""ddl-before-autocommit: changes, and then an autocommit_block() in the same revision.

Why      The block commits what stands before it, but not the revision's version. When something in the block fails, the
         next try runs the revision from its beginning, and meets what is there already.
Bad      op.add_column("orders", sa.Column("note", sa.Text()))
         with op.get_context().autocommit_block():
             op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
Instead  two revisions: the column in the first, the block in the second

Silent where all that stands before the block may be run twice (IF NOT EXISTS, OR REPLACE, SET NOT NULL, settings),
where env.py is in autocommit anyhow, and for safemigrate upgrade, whose journal knows which steps are done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safemigrate.lint.advice import spell, spell_apart
from safemigrate.lint.rule import Form, Found, Impact, Reading, Sent, Severity, Situation, Transactions, forms

SEVERITY = Severity.ERROR

_REPEATABLE = (
    forms.Select
    | forms.Set
    | forms.Transaction
    | forms.LockTable
    | forms.Comment
    | forms.Grant
    | forms.SetDefault
    | forms.DropDefault
    | forms.SetNotNull
    | forms.DropNotNull
    | forms.ValidateConstraint
)


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    first = next((index for index, sent in enumerate(reading.sent) if sent.autocommit), None)
    journalled = at.runner == "safemigrate" and not reading.whole
    if first is None or journalled or at.transactions in (Transactions.NONE, Transactions.EXTERNAL):
        return
    if not _changed(reading.sent[:first]):
        return
    yield Found(
        "what stands before this block is committed without the revision's version: a retry runs it once more",
        instead=f"# in a revision of its own, after the one with what stands before it:\n{_block(reading, first)}",
        handled=True,
        impact=Impact(),
        sent=reading.sent[first],
    )


def _block(reading: Reading, first: int) -> str:
    number = reading.sent[first].autocommit
    within = [spell_apart.again(reading, sent) for sent in reading.sent if sent.autocommit == number]
    return spell.autocommit(*dict.fromkeys(within))


def _changed(before: Sequence[Sent]) -> bool:
    return any(not _may_repeat(form) for sent in before for form in sent.statement.forms)


def _may_repeat(form: Form) -> bool:
    told = any(getattr(form, word, False) for word in ("if_not_exists", "if_exists", "replace"))
    return told or isinstance(form, _REPEATABLE)
