"""type-change-blocked: another type for a column that a view or a generated column uses.

Why      PostgreSQL refuses it, however alike the types are: the deploy fails there.
Bad      op.alter_column("orders", "code", type_=sa.Text())
Instead  op.execute("DROP VIEW paid_orders")
         op.alter_column("orders", "code", type_=sa.Text())
         op.execute("CREATE VIEW paid_orders AS …")

Views are known from the history. Silent where no view names the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import spell, spell_columns
from safemigrate.lint.rule import Found, Impact, Severity, Situation, Table, forms

SEVERITY = Severity.WARNING


def check(form: forms.AlterColumnType, at: Situation) -> Iterator[Found]:
    views = [view for view in at.schema.views_of(form.relation) if view.shows(form.column)]
    computed = _computed(form, at)
    if not views and not computed:
        return
    users = [f"{view.kind} {_name(view, at)}" for view in views] + [f"generated column {name}" for name in computed]
    dropped = [spell.execute(f"DROP {view.kind.upper()} {_name(view, at)}") for view in views]
    again = [f"# and again: CREATE {view.kind.upper()} {_name(view, at)} AS …, and its grants" for view in views]
    gone = [spell.call("drop_column", form.relation.name, each, **spell.schema(form.relation)) for each in computed]
    back = [f"# and again: the generated column {each}" for each in computed]
    yield Found(
        f"{form.relation}.{form.column} is used by {' and '.join(users)}: PostgreSQL refuses to change its type",
        instead="\n".join([*dropped, *gone, spell_columns.retyped(form), *back, *again]),
        handled=False,
        impact=Impact(),
    )


def _computed(form: forms.AlterColumnType, at: Situation) -> list[str]:
    """The generated columns that are computed from the column."""
    table = at.table(form.relation)
    named = re.compile(rf"(?<!\w){re.escape(form.column)}(?!\w)")
    several = table.columns.values() if table else ()
    return [each.name for each in several if each.generated and named.search(each.expression)]


def _name(view: Table, at: Situation) -> str:
    own = view.name.schema == at.schema.search_path
    return spell.name(view.name.name) if own else spell.relation(view.name)
