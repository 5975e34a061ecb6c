"""unindexed-foreign-key: a foreign key whose own columns have no index.

Why      A DELETE of a row that it may point at, and an UPDATE of its key, read the whole table to see whether one does:
         once for each row. A join from there does, too.
Bad      op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"])
Instead  with op.get_context().autocommit_block():
             op.create_index("ix_items_order_id", "items", ["order_id"], postgresql_concurrently=True)
         in a revision before the one with the foreign key, or after the one that adds the column

Judged when the revision is over. Any index that begins with the columns, in any order, will do.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint import comeback
from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Impact, Reading, Relation, Sent, Severity, Situation, Table, forms
from safemigrate.lint.schema import parts

SEVERITY = Severity.WARNING
DEFAULT = False

_BRINGING = forms.CreateTable | forms.AddColumn | forms.AddConstraint


def check(reading: Reading, at: Situation) -> Iterator[Found]:
    for sent in reading.sent:
        for form in sent.statement.forms:
            if isinstance(form, _BRINGING):
                yield from _of(form, sent, at)


def _of(form: forms.CreateTable | forms.AddColumn | forms.AddConstraint, sent: Sent, at: Situation) -> Iterator[Found]:
    for told in parts.constraints(form):
        if told.references and not _indexed(at.table(form.relation), told.columns):
            yield Found(
                f"foreign key {told.name or ', '.join(told.columns)} of {form.relation} has no index: "
                f"each DELETE in {told.references} reads all of {form.relation}",
                instead=_index(form.relation, told.columns, at),
                handled=False,
                impact=Impact(),
                sent=sent,
            )


def _indexed(table: Table | None, columns: tuple[str, ...]) -> bool:
    """What is not known, or not any more when the revision is over, is left alone."""
    if table is None or not table.whole:
        return True
    wanted = set(columns)
    several = (each.columns[: len(wanted)] for each in table.indexes.values() if not each.partial)
    return any(set(first) == wanted for first in several)


def _index(relation: Relation, columns: tuple[str, ...], at: Situation) -> str:
    name = f"ix_{relation.name}_{'_'.join(columns)}"
    if not at.concerns(relation):
        return spell.call("create_index", name, relation.name, columns, **spell.schema(relation))
    index = spell.call(
        "create_index", name, relation.name, columns, **spell.schema(relation), postgresql_concurrently=True
    )
    if any(comeback.is_new(at, relation, column) for column in columns):
        return spell.later(spell.autocommit(index))
    return f"# in a revision before this one:\n{spell.autocommit(index)}"
