"""protected-schema: a revision touches the schema "safemigrate", where the journal and the levers are.

Why      The journal says what has been done; what a revision changes there makes the next run repeat or leave out
         steps. The tables are the tool's own, and change with its versions.
Bad      op.execute("DELETE FROM safemigrate.step")
Instead  the command safemigrate for what is the tool's own, and another schema for what is the project's

Reading is fine, and so is saying who may read (GRANT).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from safemigrate.lint.rule import Form, Found, Impact, Relation, Sent, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.ERROR

_OURS = "safemigrate"
_HARMLESS = forms.Select | forms.Grant


def check(sent: Sent, at: Situation) -> Iterator[Found]:
    several = parts.inside(sent.statement.forms)
    touched = next((name for form in several if not isinstance(form, _HARMLESS) for name in _touched(form)), None)
    if touched is not None:
        yield Found(
            f"{touched} belongs to safemigrate: its journal and its levers are there",
            instead="# no revision: what is in this schema is changed by the command safemigrate alone",
            handled=False,
            impact=Impact(),
        )


def _touched(form: Form) -> Iterator[str]:
    yield from (str(relation) for relation in _relations(form) if relation.schema == _OURS)
    match form:
        case forms.SetSchema(schema=schema) if schema == _OURS:
            yield f"schema {_OURS}"
        case forms.Set(name="search_path", value=value) if value == _OURS:
            yield f"schema {_OURS}"
        case forms.Create() | forms.Drop() | forms.Alter() | forms.Rename() | forms.SetOwner():
            if form.kind == "schema" and form.name.name == _OURS:
                yield f"schema {_OURS}"


def _relations(form: Form) -> Iterator[Relation]:
    """What a form names, except what it only reads."""
    for field in fields(form):
        value = getattr(form, field.name)
        several = value if isinstance(value, tuple) else (value,)
        if field.name != "reads":
            yield from (each for each in several if isinstance(each, Relation))
