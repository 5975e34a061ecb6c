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

from safemigrate.facts import identifiers
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Relation, Severity, Situation, forms

SEVERITY = Severity.WARNING
DEFAULT = False
STYLE = True

_AFFECTED = 14


def check(form: forms.CreateIndex | forms.Reindex, at: Situation) -> Iterator[Found]:
    if at.version != _AFFECTED or not form.concurrently:
        return
    yield Found(
        f"on 14.0 to 14.3 the build of {_what(form)} may miss rows",
        instead=f"# with 14.4 or later nothing; before, look at it afterwards:\n{_look(form)}",
        handled=False,
        impact=Impact(),
    )


def _what(form: forms.CreateIndex | forms.Reindex) -> str:
    if isinstance(form, forms.CreateIndex):
        return str(_index(form))
    return str(form.name) if form.kind == "index" else f"each index of {form.kind} {form.name}"


def _index(form: forms.CreateIndex) -> Relation:
    name = form.name or identifiers.choose(form.relation.name, form.columns or ("expr",), "idx", ())
    return Relation(name, form.relation.schema)


def _look(form: forms.CreateIndex | forms.Reindex) -> str:
    """amcheck looks at one btree at a time."""
    index = _index(form) if isinstance(form, forms.CreateIndex) else form.name
    if isinstance(form, forms.CreateIndex) and form.method != "btree":
        return "# build it anew, without CONCURRENTLY, in a quiet hour"
    if isinstance(form, forms.Reindex) and form.kind != "index":
        return "# SELECT bt_index_check(…, true) of the extension amcheck, for each"
    look = f"SELECT bt_index_check({spell.literal(spell.relation(index))}, true)"
    return "\n".join([spell.execute("CREATE EXTENSION IF NOT EXISTS amcheck"), spell.execute(look)])
