"""unnamed-constraint: a constraint to which PostgreSQL gives the name.

Why      The name hangs on which ones are taken on that server. The revision that drops or validates it has to name it,
         and so does the code that tells one violation from another.
Bad      op.execute("ALTER TABLE orders ADD CHECK (total >= 0) NOT VALID")
Instead  op.execute("ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID")

MetaData(naming_convention=...) names them all. It looks at CHECK, UNIQUE and foreign keys; the name of a primary key is
the table's with _pkey anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.facts import identifiers
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts
from safemigrate.statement import edit

SEVERITY = Severity.INFO
DEFAULT = False

_NAMED = ("check", "unique", "foreign key")


def check(form: forms.CreateTable | forms.AddColumn | forms.AddConstraint, at: Situation) -> Iterator[Found]:
    for told in parts.constraints(form):
        if told.kind in _NAMED and not told.name and not told.using_index:
            name = identifiers.choose(form.relation.name, told.columns, identifiers.label(told.kind), ())
            yield Found(
                f"PostgreSQL names this {told.kind} constraint of {form.relation}, after which names are taken",
                instead=_instead(form, told, name, at),
                impact=Impact(),
            )


def _instead(
    form: forms.CreateTable | forms.AddColumn | forms.AddConstraint, told: forms.Constraint, name: str, at: Situation
) -> str:
    if isinstance(form, forms.CreateTable):
        return parts.in_table(form, parts.constraint(told, name, at.key_of(told.references)))
    word = {"check": "CHECK", "unique": "UNIQUE"}.get(told.kind) or (
        "REFERENCES" if isinstance(form, forms.AddColumn) else r"FOREIGN\s+KEY"
    )
    text = edit.alone(form, at.sql)
    better = re.sub(rf"\b{word}\b", rf"CONSTRAINT {spell.name(name)} \g<0>", text, count=1, flags=re.IGNORECASE)
    return spell.execute(better) if text else f"# CONSTRAINT {spell.name(name)}"
