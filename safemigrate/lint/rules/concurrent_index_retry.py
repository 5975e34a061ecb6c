"""concurrent-index-retry: CREATE INDEX CONCURRENTLY IF NOT EXISTS.

Why      A concurrent build that fails leaves an INVALID index behind. The next try finds the name, does nothing and
         passes: the index is never used, and slows down every write.
Bad      op.create_index("ix", "orders", ["user_id"], if_not_exists=True, postgresql_concurrently=True)
Instead  op.drop_index("ix", table_name="orders", if_exists=True, postgresql_concurrently=True)
         op.create_index("ix", "orders", ["user_id"], postgresql_concurrently=True)

Silent where the revision drops the index before, and for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Relation, Severity, Situation, forms

SEVERITY = Severity.WARNING


def check(form: forms.CreateIndex, at: Situation) -> Iterator[Found]:
    index = Relation(form.name, form.relation.schema)
    if not (form.concurrently and form.if_not_exists) or not at.concerns(form.relation) or _dropped(index, at):
        return
    yield Found(
        f"when the build of {form.name} fails, the next try takes the INVALID index for the one that is wanted",
        instead=spell.autocommit(
            spell.drop_index(index, form.relation, if_exists=True),
            spell.create_index(form, at.sql),
        ),
        handled=True,
        impact=Impact(),
    )


def _dropped(index: Relation, at: Situation) -> bool:
    before = [form for sent in at.earlier() for form in sent.statement.forms]
    inside = [form for each in before if isinstance(each, forms.Do) for form in each.inside]
    return any(isinstance(form, forms.DropIndex) and form.index.name == index.name for form in (*before, *inside))
