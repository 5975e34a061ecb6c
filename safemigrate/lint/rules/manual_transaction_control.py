"""manual-transaction-control: BEGIN, COMMIT or ROLLBACK in a revision.

Why      Alembic and SQLAlchemy do not know of it. With psycopg 3 the next statement is in a transaction all the same,
         so that CONCURRENTLY fails; what is committed is done without the revision's version.
Bad      op.execute("COMMIT")
         op.execute("CREATE INDEX CONCURRENTLY ix_orders_note ON orders (note)")
Instead  with op.get_context().autocommit_block():
             op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)

Silent for savepoints.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell, spell_apart
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.WARNING

_KINDS = frozenset({"begin", "commit", "rollback", "prepare transaction", "commit prepared", "rollback prepared"})


def check(form: forms.Transaction, at: Situation) -> Iterator[Found]:
    if form.kind not in _KINDS or at.within:
        return
    yield Found(
        f"{form.kind.upper()} behind Alembic's back: it takes itself to be in the transaction that it has begun",
        instead=_instead(form, at),
        handled=form.kind in {"begin", "commit"},
        impact=Impact(),
    )


def _instead(form: forms.Transaction, at: Situation) -> str:
    following = at.later()[:1] if form.kind == "commit" else ()
    if any(at.impact(each).transactional for sent in following for each in sent.statement.forms) or not following:
        return "# leave it out: Alembic begins the transaction, and ends it"
    return spell.autocommit(*(spell_apart.again(at.reading, sent) for sent in following))
