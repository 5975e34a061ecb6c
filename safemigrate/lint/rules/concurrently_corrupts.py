"""concurrently-corrupts: CONCURRENTLY on PostgreSQL 14.0 to 14.3 may build an index that misses rows.

Why      Those versions let VACUUM remove what the build still needed. The index looks valid; queries through it do not
         find some rows, and a unique one lets duplicates in. 14.4 (June 2022) is the first that is right.
Bad      op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
Instead  14.4 or later; before that, a look at each index that was built so, which amcheck has:
             op.execute("SELECT bt_index_check('ix_orders_note', true)")

For pg_version 14 alone, and only the minor version tells whether it is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms

SEVERITY = Severity.WARNING
DEFAULT = False
STYLE = True

_AFFECTED = 14


def check(form: forms.CreateIndex | forms.Reindex, at: Situation) -> Iterator[Found]:
    if at.version != _AFFECTED or not form.concurrently:
        return
    index = form.name if isinstance(form, forms.CreateIndex) else spell.relation(form.name)
    look = f"SELECT bt_index_check({spell.literal(index or 'the index')}, true)"
    yield Found(
        f"on 14.0 to 14.3 the build of {index or 'this index'} may miss rows",
        instead="# with 14.4 or later nothing; before, afterwards:\n"
        + "\n".join([spell.execute("CREATE EXTENSION IF NOT EXISTS amcheck"), spell.execute(look)]),
        handled=False,
        impact=Impact(),
    )
