"""stored-generated-rewrite: a stored generated column in an existing table.

Why      It is computed for every row that is there: the table and all its indexes are rewritten under ACCESS EXCLUSIVE.
Bad      op.add_column("orders", sa.Column("gross", sa.Numeric(), sa.Computed("net * 1.19", persisted=True)))
Instead  on 18 and later a virtual one, which is computed when it is read (it cannot be indexed):
         op.add_column("orders", sa.Column("gross", sa.Numeric(), sa.Computed("net * 1.19", persisted=False)))
         before, or where it has to be stored: an ordinary column, a trigger for the rows to come, and a backfill in
         batches for those that are there

A new expression (SET EXPRESSION) for a stored column rewrites as well.
Silent for virtual columns, and for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.facts import identifiers
from safemigrate.lint.advice import spell, spell_columns
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms

SEVERITY = Severity.ERROR


def check(form: forms.AddColumn | forms.AlterColumn, at: Situation) -> Iterator[Found]:
    if not at.concerns(form.relation):
        return
    if isinstance(form, forms.AlterColumn):
        yield from _new_expression(form, at)
    elif form.column.generated == "stored" and not spell_columns.is_there(form, at):
        yield Found(
            f"{form.relation} is rewritten to compute {form.column.name} for each row",
            instead=_virtual(form) if at.version >= 18 else _by_trigger(form, at),
            handled=False,
        )


def _new_expression(form: forms.AlterColumn, at: Situation) -> Iterator[Found]:
    column = at.column(form.relation, form.column)
    if form.action == "set expression" and (column is None or column.generated != "virtual"):
        yield Found(
            f"{form.relation} is rewritten to compute {form.column} anew for each row",
            instead="# add another column with the new expression, and drop this one when no code that runs reads it",
            handled=False,
        )


def _virtual(form: forms.AddColumn) -> str:
    relation, column = form.relation, form.column
    computed = f"sa.Computed({spell.quoted(column.expression)}, persisted=False)"
    more = [computed, *(["nullable=False"] if column.not_null else [])]
    if spell_columns.type_(column.type):
        return spell_columns.add(relation, column.name, column.type, *more)
    head = f"ALTER TABLE {spell.relation(relation)} ADD COLUMN {spell.name(column.name)} {column.type}"
    return spell.execute(f"{head} GENERATED ALWAYS AS ({column.expression}) VIRTUAL")


def _by_trigger(form: forms.AddColumn, at: Situation) -> str:
    relation, column = form.relation, form.column
    label = identifiers.compose(relation.name, column.name, "set")
    named = spell.relation(Relation(label, relation.schema))
    return "\n".join([
        spell_columns.add(relation, column.name, column.type),
        spell.execute(
            f"CREATE FUNCTION {named}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            f"BEGIN\n"
            f"    SELECT {column.expression} INTO NEW.{spell.name(column.name)} FROM (SELECT NEW.*) AS written;\n"
            f"    RETURN NEW;\n"
            f"END $$"
        ),
        spell.execute(
            f"CREATE TRIGGER {spell.name(label)} BEFORE INSERT OR UPDATE ON {spell.relation(relation)} "
            f"FOR EACH ROW EXECUTE FUNCTION {named}()"
        ),
        spell_columns.filled(form, column.expression, at),
    ])  # fmt: skip
