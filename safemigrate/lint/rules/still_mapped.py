"""still-mapped: a column or table is taken away while a model of the project still maps it.

Why      The code beside this revision names it in every query: the next release fails, not just the one that runs.
Bad      op.drop_column("orders", "total")    # and in the models: class Order: total = mapped_column(...)
Instead  the attribute out of the model, in a release before this revision

The models are those of env.py's target_metadata, under the names that they have in the database. Silent on the way
back, and where something of that name is there again when the revision is over.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import comeback
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR

_RELATIONS = ("table", "view", "materialized view", "foreign table")


def check(
    form: forms.DropColumn | forms.RenameColumn | forms.DropTable | forms.Drop | forms.RenameRelation | forms.SetSchema,
    at: Situation,
) -> Iterator[Found]:
    # A downgrade leads to where the models of an older release fit, not these.
    if at.models is None or at.reading.direction == "downgrade":
        return
    if isinstance(form, forms.DropColumn | forms.RenameColumn):
        yield from _column(form, at)
    else:
        yield from _relation(form, at)


def _column(form: forms.DropColumn | forms.RenameColumn, at: Situation) -> Iterator[Found]:
    attribute = at.models.column(form.relation, form.column) if at.models else ""
    if not attribute or comeback.of_column(at, form.relation, form.column, at_once=False):
        return
    column = f"{form.relation}.{form.column}"
    if isinstance(form, forms.DropColumn):
        yield _found(f"{attribute} maps {column}, which is dropped", f"take {attribute} out of the model")
    else:
        known = at.models.column(form.relation, form.new) if at.models else ""
        way = f"take {attribute} out" if known else f'let {attribute} map "{form.new}"'
        yield _found(f"{attribute} maps {column}, which becomes {form.new}", f"{way} in the model")


def _relation(
    form: forms.DropTable | forms.Drop | forms.RenameRelation | forms.SetSchema, at: Situation
) -> Iterator[Found]:
    relation = form.relation if isinstance(form, forms.DropTable | forms.RenameRelation) else form.name
    model = at.models.table(relation) if at.models and _is_relation(form) else ""
    if not model or comeback.of_relation(at, relation, at_once=False):
        return
    match form:
        case forms.RenameRelation():
            yield _found(f"{model} maps {relation}, which becomes {form.new}", f'let {model} map "{form.new}"')
        case forms.SetSchema():
            place = f"{form.schema}.{relation.name}"
            yield _found(f"{model} maps {relation}, which becomes {place}", f'give {model} the schema "{form.schema}"')
        case _:
            yield _found(f"{model} maps {relation}, which is dropped", f"take {model} out of the models")


def _is_relation(form: forms.DropTable | forms.Drop | forms.RenameRelation | forms.SetSchema) -> bool:
    return isinstance(form, forms.DropTable) or form.kind in _RELATIONS


def _found(message: str, way: str) -> Found:
    return Found(message, instead=f"# {way}, in a release before this revision", handled=False)
