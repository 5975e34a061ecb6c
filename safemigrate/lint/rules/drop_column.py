"""drop-column: a column that the running release may still ask for.

Why      The release that runs names its columns, in every SELECT and INSERT of a model: it fails from then on. The
         indexes and constraints that the column is part of go with it, and no downgrade brings the values back.
Bad      op.drop_column("orders", "note")
Instead  first a release whose models have lost the column; in the revision of a later one:
             op.drop_column("orders", "note")

Where the models are known, the finding says whether one still maps the column.
Silent for tables that are new or temporary, and for a column that is added in the same deploy.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import comeback
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Severity, Situation, Table, forms

SEVERITY = Severity.WARNING


def check(form: forms.DropColumn, at: Situation) -> Iterator[Found]:
    table, relation = at.table(form.relation), form.relation
    if not at.concerns(relation) or comeback.is_new(at, relation, form.column):
        return
    if form.if_exists and table is not None and table.whole and form.column not in table.columns:
        return
    drop = spell.call("drop_column", relation.name, form.column, **spell.schema(relation))
    yield Found(
        f"the release that runs fails when it asks for {relation}.{form.column}{_model(form, at)}{_lost(form, table)}",
        instead=f"# in the revision of a later release, when no code that runs asks for {form.column}:\n{drop}",
        handled=False,
    )


def _model(form: forms.DropColumn, at: Situation) -> str:
    if at.models is None or not at.models.table(form.relation):
        return ""
    mapped = at.models.column(form.relation, form.column)
    return f" ({mapped} maps it)" if mapped else " (no model maps it any more: is that release out?)"


def _lost(form: forms.DropColumn, table: Table | None) -> str:
    """The indexes and constraints that PostgreSQL drops with the column."""
    if table is None:
        return ""
    indexes = [each.name for each in table.indexes.values() if form.column in each.columns and not each.constraint]
    constraints = [each.name for each in table.constraints.values() if form.column in each.columns]
    lost = [*(f"index {name}" for name in indexes), *(f"constraint {name}" for name in constraints)]
    return f"; the column takes along {', '.join(lost)}" if lost else ""
