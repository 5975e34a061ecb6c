"""boolean-without-default: a boolean column that can be NULL, or has no default.

Why      It has three values then, and WHERE NOT paid leaves out the rows where nobody has said anything.
Bad      op.add_column("orders", sa.Column("paid", sa.Boolean()))
Instead  op.add_column("orders", sa.Column("paid", sa.Boolean(), server_default=sa.false(), nullable=False))
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.facts import types
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.INFO
DEFAULT = False


def check(form: forms.CreateTable | forms.AddColumn, at: Situation) -> Iterator[Found]:
    for column in parts.columns(form):
        if types.parse(column.type) != types.Type("boolean") or column.generated:
            continue
        if column.not_null and column.default is not None:
            continue
        lack = "has no default" if column.not_null else "can be NULL: it has three values"
        default = f"sa.text({spell.quoted(column.default.text)})" if column.default else "sa.false()"
        name = spell.quoted(column.name)
        better = f"sa.Column({name}, sa.Boolean(), server_default={default}, nullable=False)"
        yield Found(
            f"the boolean {form.relation}.{column.name} {lack}", instead=parts.placed(form, better), impact=Impact()
        )
