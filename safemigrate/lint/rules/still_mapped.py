"""still-mapped: a column or table is taken away while a model of the project still maps it.

Why      The code beside this revision names it in every query: the next release fails, not just the one that runs.
Bad      op.drop_column("orders", "total")    # and in the models: class Order: total = mapped_column(...)
Instead  the attribute out of the model, in a release before this revision; for a rename, the new name in the model

The models are those of env.py's target_metadata, under the names that they have in the database. What counts is the
schema that the revisions lead to: a name that is there again in the end is mapped rightly. Silent on the way back.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Environment, Found, Impact, Relation, Severity, Situation, forms
from safemigrate.lint.schema import parts
from safemigrate.lint.schema.models import Models

SEVERITY = Severity.ERROR

_BEFORE = "# in a release before this revision"
_TOGETHER = "# together with this revision"
_RELATIONS = ("table", "view", "materialized view", "foreign table")

OfColumn = forms.DropColumn | forms.RenameColumn
OfRelation = forms.DropTable | forms.Drop | forms.RenameRelation | forms.SetSchema


def check(environment: Environment, at: Situation) -> Iterator[Found]:
    if not at.models:
        return
    last: dict[object, Found] = {}
    # A downgrade leads to where the models of an older release fit, not these.
    for reading in at.readings:
        for sent in reading.sent if reading.direction == "upgrade" else ():
            for form in parts.inside(sent.statement.forms):
                for gone, message, way in _taken(form, at, at.models):
                    last[gone] = Found(message, way, handled=False, impact=Impact(), sent=sent, reading=reading)
    yield from last.values()


def _taken(form: forms.Form, at: Situation, models: Models) -> Iterator[tuple[object, str, str]]:
    """What a form takes away from a model for good, with the message and the way."""
    match form:
        case forms.DropColumn() | forms.RenameColumn():
            attribute = models.column(form.relation, form.column)
            if attribute and at.column(form.relation, form.column) is None:
                yield (at.schema.key(form.relation), form.column), *_of_column(form, attribute, models)
        case forms.DropTable() | forms.Drop() | forms.RenameRelation() | forms.SetSchema():
            relation = form.relation if isinstance(form, forms.DropTable | forms.RenameRelation) else form.name
            known = isinstance(form, forms.DropTable) or form.kind in _RELATIONS
            model = models.table(relation) if known else ""
            if model and at.table(relation) is None:
                yield at.schema.key(relation), *_of_relation(form, relation, model)


def _of_column(form: OfColumn, attribute: str, models: Models) -> tuple[str, str]:
    message, without = f"{attribute} maps {form.relation}.{form.column}", f"{_BEFORE}: the model without {attribute}"
    if isinstance(form, forms.DropColumn):
        return f"{message}, which is dropped", without
    way = f"{_TOGETHER}: {attribute} maps {spell.quoted(form.new)}"
    return f"{message}, which becomes {form.new}", without if models.column(form.relation, form.new) else way


def _of_relation(form: OfRelation, relation: Relation, model: str) -> tuple[str, str]:
    message = f"{model} maps {relation}"
    match form:
        case forms.RenameRelation():
            return f"{message}, which becomes {form.new}", f"{_TOGETHER}: {model} maps {spell.quoted(form.new)}"
        case forms.SetSchema():
            way = f"{_TOGETHER}: {model} has the schema {spell.quoted(form.schema)}"
            return f"{message}, which becomes {form.schema}.{relation.name}", way
    return f"{message}, which is dropped", f"{_BEFORE}: the models without {model}"
