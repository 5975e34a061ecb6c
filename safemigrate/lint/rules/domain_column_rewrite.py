"""domain-column-rewrite: a new column of a domain that has a CHECK or NOT NULL.

Why      PostgreSQL tests the domain's constraint for each row that is there, and rewrites the table and all its indexes
         under ACCESS EXCLUSIVE to do so, although every new value is the same.
Bad      op.execute("ALTER TABLE orders ADD COLUMN fee positive_amount")
Instead  op.add_column("orders", sa.Column("fee", sa.Numeric(12, 2)))
         op.create_check_constraint("orders_fee_check", "orders", "fee > 0", postgresql_not_valid=True)
         and in another transaction VALIDATE CONSTRAINT

A domain without constraints rewrites nothing. Silent where the history does not know the domain, and for tables that
are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.facts import identifiers
from safemigrate.lint.advice import online, spell, spell_apart, spell_columns
from safemigrate.lint.rule import Found, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.AddColumn, at: Situation) -> Iterator[Found]:
    relation, column = form.relation, form.column
    domain = at.schema.type(column.type)
    if domain not in at.schema.constrained or not at.concerns(relation) or spell_columns.is_there(form, at):
        return
    label = identifiers.choose(relation.name, (column.name,), "check", ())
    yield Found(
        f"{relation} is rewritten to test the constraint of the domain {column.type} for {column.name} in each row",
        instead="\n".join([
            f"# the type below the domain, and its constraint as one of {relation}:",
            f"# op.add_column({spell.quoted(relation.name)}, sa.Column({spell.quoted(column.name)}, …))",
            f"# op.create_check_constraint({spell.quoted(label)}, {spell.quoted(relation.name)}, …, "
            "postgresql_not_valid=True)",
            spell_apart.apart(at.transactions, online.validate(relation, label)),
        ]),
        handled=False,
    )  # fmt: skip
