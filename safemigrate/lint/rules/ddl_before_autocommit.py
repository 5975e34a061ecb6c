"""ddl-before-autocommit: changes of the schema, and then an autocommit_block() in the same revision.

Why      The block commits what stands before it, but not the revision's version. When something in the block fails, the
         next try runs the revision from its beginning, and meets what is there already.
Bad      op.add_column("orders", sa.Column("note", sa.Text()))
         with op.get_context().autocommit_block():
             op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
Instead  two revisions: the column in the first, the block in the second
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safemigrate.lint.rule import Found, Impact, Reading, Sent, Severity, Situation, forms

SEVERITY = Severity.ERROR

_HARMLESS = forms.Select | forms.Set | forms.Transaction


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    first = next((index for index, sent in enumerate(reading.sent) if sent.autocommit), None)
    if first is None or not _change(reading.sent[:first]):
        return
    yield Found(
        "what stands before this block is committed without the revision's version: a retry fails on it",
        instead="# in a revision of its own, after one with what stands before it",
        handled=True,
        impact=Impact(),
        sent=reading.sent[first],
    )


def _change(before: Sequence[Sent]) -> bool:
    return any(not isinstance(form, _HARMLESS) for sent in before for form in sent.statement.forms)
