"""text-without-limit: a text column that takes values of any length.

Why      Whoever may write a comment may write a gigabyte: it is stored, indexed, copied and shown.
Bad      op.add_column("orders", sa.Column("remark", sa.Text()))
Instead  op.add_column("orders", sa.Column("remark", sa.Text()))
         op.create_check_constraint("orders_remark_length", "orders", "char_length(remark) <= 1000")

Silent where a CHECK of the same revision speaks of the column's length.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import online, spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts
from safemigrate.statement import edit

SEVERITY = Severity.INFO
DEFAULT = False
STYLE = True

_BRINGING = forms.CreateTable | forms.AddColumn | forms.AddConstraint


def check(form: forms.CreateTable | forms.AddColumn, at: Situation) -> Iterator[Found]:
    limited = _limited(form, at)
    for name, type in parts.typed(form):
        unlimited = type.base == "text" or (type.base == "character varying" and type.limit is None)
        if unlimited and not type.array and name not in limited:
            yield Found(
                f"{form.relation}.{name} takes values of any length", instead=_limit(form, name, at), impact=Impact()
            )


def _limit(form: forms.CreateTable | forms.AddColumn, column: str, at: Situation) -> str:
    check, name = f"char_length({spell.name(column)}) <= 1000", f"{form.relation.name}_{column}_length"
    if isinstance(form, forms.CreateTable):
        return parts.in_table(form, f"sa.CheckConstraint({spell.quoted(check)}, name={spell.quoted(name)})")
    relation, how = form.relation, {"postgresql_not_valid": True} if at.concerns(form.relation) else {}
    added = spell.call("create_check_constraint", name, relation.name, check, **spell.schema(relation), **how)
    column_first = [spell.execute(text)] if (text := edit.alone(form, at.sql)) else []
    return "\n".join([*column_first, added, *([spell.later(online.validate(relation, name))] if how else [])])


def _limited(form: forms.CreateTable | forms.AddColumn, at: Situation) -> set[str]:
    """The columns of whose length a CHECK speaks, here or further on in the revision."""
    key = at.schema.key(form.relation)
    several = [each for sent in at.later() for each in sent.statement.forms if isinstance(each, _BRINGING)]
    told = [
        each for other in (form, *several) if at.schema.key(other.relation) == key for each in parts.constraints(other)
    ]
    return {name for each in told if "length(" in each.expression for name in each.columns}
