"""foreign-key-type-mismatch: a foreign key between columns of different types.

Why      An integer that points at a bigint works until the first value that it cannot hold: from then on INSERTs fail.
         Comparisons of the two convert, and may pass by an index.
Bad      op.add_column("items", sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id")))
Instead  op.add_column("items", sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id")))

Silent where one of the types is not known, and for types that differ by their length alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.facts import types
from safemigrate.lint.rule import Found, Impact, Relation, Severity, Situation, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.WARNING
DEFAULT = False

_SERIAL = {"smallserial": "smallint", "serial2": "smallint", "serial": "integer", "serial4": "integer"}
_SERIAL |= {"bigserial": "bigint", "serial8": "bigint"}
_TEXTS = {"character varying": "text"}
_SPELLED = {
    "bigint": "sa.BigInteger()",
    "integer": "sa.Integer()",
    "smallint": "sa.SmallInteger()",
    "text": "sa.Text()",
}
_SPELLED |= {"uuid": "sa.Uuid()"}


def check(form: forms.CreateTable | forms.AddColumn | forms.AddConstraint, at: Situation) -> Iterator[Found]:
    for told in parts.constraints(form):
        if told.references is None:
            continue
        for name, other in zip(told.columns, told.referenced or at.key_of(told.references), strict=False):
            own, its = _type(form, name, at), _type(form, other, at, told.references)
            if own and its and own != its:
                yield Found(
                    f"{form.relation}.{name} is {own}, and {told.references}.{other}, which it points at, is {its}",
                    instead=_instead(form, name, its),
                    impact=Impact(),
                )


def _type(
    form: forms.CreateTable | forms.AddColumn | forms.AddConstraint,
    name: str,
    at: Situation,
    relation: Relation | None = None,
) -> str:
    """The type of a column, of the form's own table where no *relation* is named; "" where it is not known."""
    own = relation is None or at.schema.key(relation) == at.schema.key(form.relation)
    brought = parts.columns(form) if own and not isinstance(form, forms.AddConstraint) else ()
    told = next((each.type for each in brought if each.name == name), "")
    known = at.column(relation or form.relation, name)
    base = types.parse(told or (known.type if known else "")).base
    return _SERIAL.get(base) or _TEXTS.get(base) or base


def _instead(form: forms.CreateTable | forms.AddColumn | forms.AddConstraint, name: str, type: str) -> str:
    python = _SPELLED.get(type)
    if python is None or isinstance(form, forms.AddConstraint):
        return f"# make {form.relation}.{name} {type} first: a new column of that type, filled in batches"
    return parts.spelled(form, name, python, type)
