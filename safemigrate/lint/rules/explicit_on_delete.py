"""explicit-on-delete: a foreign key that does not say what a deletion does.

Why      Without ON DELETE it is NO ACTION: the DELETE fails. Whoever reads the revision cannot tell whether that was
         meant or forgotten.
Bad      op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"])
Instead  op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"], ondelete="RESTRICT")

ON DELETE NO ACTION says it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts
from safemigrate.statement import edit

SEVERITY = Severity.INFO
DEFAULT = False
STYLE = True

_REFERENCES = re.compile(r'\bREFERENCES\s+("[^"]*"|[\w.])+(\s*\([^)]*\))?', re.IGNORECASE)


def check(form: forms.CreateTable | forms.AddColumn | forms.AddConstraint, at: Situation) -> Iterator[Found]:
    # The parse tree does not tell whether NO ACTION was written or left out; the text does.
    if "ON DELETE NO ACTION" in " ".join(at.sql.upper().split()):
        return
    for told in parts.constraints(form):
        if told.references and not told.on_delete:
            name = told.name or f"{form.relation.name}_{'_'.join(told.columns)}_fkey"
            yield Found(
                f"foreign key {name} does not say what a DELETE in {told.references} does: it fails",
                instead=_instead(form, told, name, at),
                impact=Impact(),
            )


def _instead(
    form: forms.CreateTable | forms.AddColumn | forms.AddConstraint, told: forms.Constraint, name: str, at: Situation
) -> str:
    if isinstance(form, forms.CreateTable):
        return parts.in_table(form, parts.constraint(told, name, at.key_of(told.references), on_delete="RESTRICT"))
    text = edit.alone(form, at.sql)
    return (
        spell.execute(_REFERENCES.sub(r"\g<0> ON DELETE RESTRICT", text, count=1)) if text else "# ON DELETE RESTRICT"
    )
