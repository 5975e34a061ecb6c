"""still-mapped: a column or table is taken away while a model of the project still maps it.

Why      The code beside this revision names it in every query: the next release fails, not just the one that runs.
Bad      op.drop_column("orders", "total")    # and in the models: class Order: total = mapped_column(...)
Instead  the attribute out of the model, in a release before this revision; for a rename, the new name in the model

The models are those of env.py's target_metadata, under the names that they have in the database. Silent on the way
back, and where something of that name is there again when the revision is over.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import comeback, spell
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR

_BEFORE = "# in a release before this revision"
_TOGETHER = "# together with this revision"
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
    column, without = f"{form.relation}.{form.column}", f"{_BEFORE}: the model without {attribute}"
    if isinstance(form, forms.DropColumn):
        yield Found(f"{attribute} maps {column}, which is dropped", without, handled=False)
    else:
        both = at.models is not None and at.models.column(form.relation, form.new)
        way = without if both else f"{_TOGETHER}: {attribute} maps {spell.quoted(form.new)}"
        yield Found(f"{attribute} maps {column}, which becomes {form.new}", way, handled=False)


def _relation(
    form: forms.DropTable | forms.Drop | forms.RenameRelation | forms.SetSchema, at: Situation
) -> Iterator[Found]:
    relation = form.relation if isinstance(form, forms.DropTable | forms.RenameRelation) else form.name
    known = isinstance(form, forms.DropTable) or form.kind in _RELATIONS
    model = at.models.table(relation) if at.models and known else ""
    if not model or comeback.of_relation(at, relation, at_once=False):
        return
    match form:
        case forms.RenameRelation():
            new, way = f"becomes {form.new}", f"{_TOGETHER}: {model} maps {spell.quoted(form.new)}"
        case forms.SetSchema():
            new = f"becomes {form.schema}.{relation.name}"
            way = f"{_TOGETHER}: {model} has the schema {spell.quoted(form.schema)}"
        case _:
            new, way = "is dropped", f"{_BEFORE}: the models without {model}"
    yield Found(f"{model} maps {relation}, which {new}", way, handled=False)
