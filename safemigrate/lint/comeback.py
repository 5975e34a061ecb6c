"""Whether a name that a statement takes away is there again when the transaction is over.

A swap (rename the old one away, rename the new one to its name) and a view in the place of a table take nothing away
from the release that runs, where they are done in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Situation
from safemigrate.lint.schema import parts
from safemigrate.statement import forms
from safemigrate.statement.forms import Form, Relation


def of_column(at: Situation, relation: Relation, column: str) -> bool:
    """Whether nobody sees a moment without the column."""
    key = at.schema.key(relation)
    return any(
        at.schema.key(form.relation) == key and column == _column(form)
        for form in _after(at)
        if isinstance(form, forms.AddColumn | forms.RenameColumn)
    )


def of_relation(at: Situation, relation: Relation) -> bool:
    """Whether nobody sees a moment without the relation."""
    key = at.schema.key(relation)
    return any(_made(form, at) == key for form in _after(at))


def is_new(at: Situation, relation: Relation, column: str) -> bool:
    """Whether what is deployed together has added the column before: no release that runs knows it."""
    key = at.schema.key(relation)
    others = [each for each in at.readings if each.direction == at.reading.direction and each is not at.reading]
    before = (sent for reading in others if at.pending > 1 for sent in reading.sent)
    return any(
        isinstance(form, forms.AddColumn) and at.schema.key(form.relation) == key and form.column.name == column
        for sent in (*before, *at.earlier())
        for form in parts.inside(sent.statement.forms)
    )


def view_in_place(move: str, old: Relation, new: Relation, *, at_once: bool) -> str:
    """What to write for *move*, the SQL that makes *old* *new*: with a view that has the old name.

    *at_once*: both stand in one transaction as they are; else one DO makes one of them.
    """
    view = f"CREATE VIEW {spell.relation(old)} AS SELECT * FROM {spell.relation(new)}"
    both = [spell.execute(move), spell.execute(view)]
    if not at_once:
        both = [spell.execute(f"DO $$ BEGIN\n    {move};\n    {view};\nEND $$")]
    last = f"# the view needs the GRANTs of {old}; when no code that runs uses it: DROP VIEW {spell.relation(old)}"
    return "\n".join([*both, last])


def _column(form: forms.AddColumn | forms.RenameColumn) -> str:
    return form.column.name if isinstance(form, forms.AddColumn) else form.new


def _made(form: Form, at: Situation) -> Relation | None:
    match form:
        case forms.CreateTable():
            return at.schema.key(form.relation)
        case forms.Create(kind="view" | "materialized view"):
            return at.schema.key(form.name)
        case forms.RenameRelation():
            return Relation(form.new, at.schema.key(form.relation).schema)
        case forms.SetSchema():
            return Relation(form.name.name, form.schema)
    return None


def _after(at: Situation) -> Iterator[Form]:
    """What comes after the form at hand in the same transaction; the others of its own statement count, too."""
    own = (at.sent,) if at.sent else ()
    for sent in own if at.autocommit else (*own, *at.later()):
        yield from parts.inside(sent.statement.forms)
