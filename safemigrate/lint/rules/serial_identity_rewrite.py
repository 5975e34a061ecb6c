"""serial-identity-rewrite: a new column that numbers the rows that are there.

Why      serial and GENERATED AS IDENTITY give each row a number of its own: the table and all its indexes are rewritten
         under ACCESS EXCLUSIVE. Column(primary_key=True) in add_column does so, too: it renders BIGSERIAL.
Bad      op.add_column("orders", sa.Column("number", sa.BigInteger(), sa.Identity()))
Instead  op.execute("CREATE SEQUENCE orders_number_seq")
         op.add_column("orders", sa.Column("number", sa.BigInteger()))
         op.alter_column("orders", "number", server_default=sa.text("nextval('orders_number_seq')"))
         and in another transaction, for the rows that are there, in batches:
         ops.backfill("orders", {"number": sa.text("nextval('orders_number_seq')")})

An identity for a column that is there and NOT NULL rewrites nothing. Silent for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.facts import identifiers
from safemigrate.lint.advice import spell, spell_columns
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms

SEVERITY = Severity.ERROR

_SMALLER = {"smallint": "smallint", "integer": "integer", "smallserial": "smallint", "serial": "integer"}


def check(form: forms.AddColumn, at: Situation) -> Iterator[Found]:
    column = form.column
    if not (column.serial or column.identity) or not at.concerns(form.relation) or spell_columns.is_there(form, at):
        return
    what = column.type if column.serial else "an identity"
    keyless = "; there is no PRIMARY KEY in the statement" if _asks_for_key(form, at) else ""
    yield Found(
        f"{form.relation} is rewritten to number its rows: {column.name} is {what}{keyless}",
        instead=_instead(form, at),
        handled=True,
    )


def _asks_for_key(form: forms.AddColumn, at: Situation) -> bool:
    """Whether the revision says primary_key=True, and Alembic has rendered no key of it."""
    rendered = any(constraint.kind == "primary key" for constraint in form.column.constraints)
    return "primary_key=True" in at.source and not rendered


def _instead(form: forms.AddColumn, at: Situation) -> str:
    relation, column = form.relation, form.column
    sequence = Relation(identifiers.choose(relation.name, (column.name,), "seq", ()), relation.schema)
    named = spell.relation(sequence)
    number = f"nextval('{named}')"
    smaller = f" AS {_SMALLER[column.type]}" if column.type in _SMALLER else ""
    owner = f"{spell.relation(relation)}.{spell.name(column.name)}"
    return "\n".join([
        spell.execute(f"CREATE SEQUENCE {named}{smaller}"),
        spell_columns.add(relation, column.name, column.type),
        spell_columns.default(relation, column.name, number),
        spell.execute(f"ALTER SEQUENCE {named} OWNED BY {owner}"),
        spell_columns.filled(form, number, at),
    ])  # fmt: skip
