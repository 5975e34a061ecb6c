"""foreign-key-scan: a FOREIGN KEY that checks the rows of an existing table.

Why      It takes SHARE ROW EXCLUSIVE on both tables, and holds them until all rows are looked up: nobody writes to
         either meanwhile.
Bad      op.create_foreign_key("orders_account_fk", "orders", "accounts", ["account_id"], ["id"])
Instead  op.create_foreign_key("orders_account_fk", "orders", "accounts", ["account_id"], ["id"],
                               postgresql_not_valid=True)
         # in the next revision:
         with op.get_context().autocommit_block():
             op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_account_fk")

A new column without a default needs no look-up: op.add_column(…, inline_references=True) adds both at once.
Silent where the referencing table is new, for it has no rows yet: the short lock on the other one is
referenced-table-lock; unless the revision has filled it from another table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safemigrate.lint.advice import online, partitioned
from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms

SEVERITY = Severity.ERROR

_COMMENT = re.compile(r"\s*#[^\"')]*$")


def check(form: forms.AddConstraint | forms.AddColumn, at: Situation) -> Iterator[Found]:
    if isinstance(form, forms.AddColumn) and not form.column.default:
        return
    for added, sql in online.added(form, "foreign key", at):
        referenced = added.constraint.references
        if referenced and (at.concerns(form.relation) or (at.concerns(referenced) and _filled(form.relation, at))):
            yield Found(
                f"foreign key {online.name(added)} blocks writes to {_both(form.relation, referenced, at)} while all "
                f"rows of {form.relation} are looked up",
                instead=_inline(added, at)
                or "\n".join([*online.column(form, "foreign key", at), _later(added, sql, at)]),
                handled=at.concerns(form.relation),
                fixable=bool(_inline(added, at)),
            )


def _both(table: Relation, referenced: Relation, at: Situation) -> str:
    return " and ".join(str(each) for each in dict.fromkeys((table, referenced)) if at.concerns(each))


def _filled(table: Relation, at: Situation) -> bool:
    """Whether the new table got its rows from a query, so that there may be many."""
    key = at.schema.key(table)
    done = [form for each in at.before() for form in each.forms]
    writes = [form for form in done if isinstance(form, forms.Write | forms.CreateTable) and form.reads]
    return any(at.schema.key(form.relation) == key for form in writes)


def _later(added: forms.AddConstraint, sql: str, at: Situation) -> str:
    table = at.table(added.relation)
    if table and table.partitioned and at.version < 18:
        return partitioned.foreign_key(added, sql, at)
    return online.checked_later(added, sql, at)


def _inline(added: forms.AddConstraint, at: Situation) -> str:
    """The call that adds the column, where the foreign key comes from it: with the one word that is missing."""
    earlier = at.earlier()
    before = earlier[-1].statement if earlier and at.sent else None
    if before is None or at.sent is None or before.origin != at.sent.statement.origin:
        return ""
    columns = [form.column for form in before.forms if isinstance(form, forms.AddColumn)]
    bare = [column for column in columns if (column.name,) == added.constraint.columns and not column.default]
    source = _COMMENT.sub("", at.source).rstrip()
    if (
        not bare
        or added.constraint.name
        or "add_column(" not in source
        or not source.endswith(")")
        or source.count("add_column(") > 1
    ):
        return ""
    opening, _, rest = source.removesuffix(")").rstrip().removesuffix(",").partition("add_column(")
    return f"{opening}add_column({rest}, inline_references=True)" if opening in ("op.", "batch_op.") else ""
