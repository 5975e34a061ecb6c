"""drop-cascade: DROP ... CASCADE takes with it what nobody has named.

Why      Views, foreign keys, columns of a type, policies, functions: what depends on the thing goes too, on every
         server what is there, and each table among it is locked ACCESS EXCLUSIVE.
Bad      op.execute("DROP TABLE orders CASCADE")
Instead  what depends on it by name, and then the drop without CASCADE: it fails where something was forgotten

The finding names what the history knows to depend on it. Silent for what is new or temporary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms
from safemigrate.lint.schema import dependants
from safemigrate.statement import edit

SEVERITY = Severity.WARNING

_CASCADE = re.compile(r"(?<!DELETE)(?<!UPDATE)\s+CASCADE\b", re.IGNORECASE)

Dropping = forms.DropTable | forms.DropColumn | forms.DropConstraint | forms.DropIndex | forms.Drop


def check(
    form: forms.DropTable | forms.DropColumn | forms.DropConstraint | forms.DropIndex | forms.Drop, at: Situation
) -> Iterator[Found]:
    named = _named(form)
    if not form.cascade or not at.concerns(named) or not at.concerns_type(named):
        return
    known = dependants.of(form, at.schema)
    drops = ", ".join(each.what for each in known) or "whatever depends on it"
    yield Found(
        f"CASCADE drops, along with {_what(form)}, {drops}{' (as far as the history tells)' if known else ''}",
        instead="\n".join([*(each.drop for each in known), _without_cascade(form, at.sql)]),
        handled=False,
    )


def _without_cascade(form: Dropping, sql: str) -> str:
    """For what a function does, the text is not at hand."""
    text = edit.alone(form, sql)
    return spell.execute(_CASCADE.sub("", text)) if text else f"# and {_what(form)} without CASCADE"


def _named(form: Dropping) -> Relation:
    """What the drop is about: a part's table, or the thing itself."""
    match form:
        case forms.DropIndex():
            return form.index
        case forms.Drop():
            return form.on or form.name
        case _:
            return form.relation


def _what(form: Dropping) -> str:
    match form:
        case forms.DropColumn():
            return f"{form.relation}.{form.column}"
        case forms.DropConstraint():
            return f"constraint {form.name} of {form.relation}"
        case forms.Drop():
            return f"{form.kind} {form.name}"
        case _:
            return str(_named(form))
