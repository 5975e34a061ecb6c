"""column-type-scan: another type for a column, which rewrites nothing but reads the table under ACCESS EXCLUSIVE.

Why      Also where the new type is stored like the old one, PostgreSQL tests each CHECK on the column again, and builds
         indexes on it anew: partial ones, and all of them for another collation. Nobody reads or writes meanwhile.
Bad      op.alter_column("orders", "code", type_=sa.Text())  # with CHECK (code <> '')
Instead  op.drop_constraint("orders_code_check", "orders", type_="check")
         op.alter_column("orders", "code", type_=sa.Text())
         op.create_check_constraint("orders_code_check", "orders", "code <> ''", postgresql_not_valid=True)
         and in another transaction VALIDATE CONSTRAINT

Silent for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import online, spell, spell_apart, spell_columns
from safemigrate.lint.rule import Found, Severity, Situation, Table, forms
from safemigrate.lint.schema import Constraint

SEVERITY = Severity.ERROR


def check(form: forms.AlterColumnType, at: Situation) -> Iterator[Found]:
    impact, table = at.impact(form), at.table(form.relation)
    if table is None or impact.rewrites or not impact.scans or not at.concerns(form.relation):
        return
    if impact.builds:
        named = ", ".join(_built(form, table))
        yield Found(
            f"the new type of {form.column} builds indexes of {form.relation} anew under ACCESS EXCLUSIVE: {named}",
            instead=f"# drop them before, and build them again after it, with postgresql_concurrently=True: {named}",
            handled=False,
        )
        return
    checks = [each for each in table.constraints.values() if each.kind == "check" and form.column in each.columns]
    named = ", ".join(each.name for each in checks)
    yield Found(
        f"the new type of {form.column} reads {form.relation} under ACCESS EXCLUSIVE, to test its CHECK again: {named}",
        instead=_without(checks, form, at),
        handled=False,
    )


def _built(form: forms.AlterColumnType, table: Table) -> list[str]:
    collated = form.collation != table.columns[form.column].collation
    return [each.name for each in table.indexes.values() if form.column in each.columns and (collated or each.partial)]


def _without(checks: list[Constraint], form: forms.AlterColumnType, at: Situation) -> str:
    """The change while the CHECKs are away; they come back NOT VALID."""
    name, how = form.relation.name, spell.schema(form.relation)
    return "\n".join([
        *(spell.call("drop_constraint", each.name, name, type_="check", **how) for each in checks),
        spell_columns.retyped(form),
        *(
            spell.call("create_check_constraint", each.name, name, each.expression, **how, postgresql_not_valid=True)
            for each in checks
        ),
        spell_apart.apart(at.transactions, *(online.validate(form.relation, each.name) for each in checks)),
    ])  # fmt: skip
