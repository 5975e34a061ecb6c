"""The safe way to the same schema: a statement that would scan, rewrite or build under a strong lock, as several.

What it promises: when the last part is done, the schema is what the statement as written would have made, to the name
of every constraint (``pg_dump --schema-only`` is the oracle). No part that takes long holds a lock that stops reads or
writes; each part has its own undo.

What it never does: split what the author marked, what is on a table that is new or small, or what it does not
understand; then the statement stays as it is, and where that is a pity, a note says why.

    base   parts, and the situation that a statement meets           one file per family:
    constraints  not_null  columns  indexes  partitions  matviews  data
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from safemigrate.plan.split import actions, columns, constraints, data, indexes, matviews, not_null, partitions
from safemigrate.plan.split.base import Answer, Part, Situation, Split
from safemigrate.statement import Statement, forms
from safemigrate.statement.forms import Form

__all__ = ["Answer", "Part", "Situation", "Split", "split"]

Family = Callable[[Any, str, Situation], Answer]


def split(statement: Statement, situation: Situation) -> Answer:
    """How *statement* is done the safe way, why it stays as it is, or None where there is nothing to make safer."""
    if statement.marks.as_written:
        return f"as written: {statement.marks.as_written}"
    return _answer(statement.forms, statement.sql, situation)


def _answer(several: Sequence[Form], sql: str, situation: Situation) -> Answer:
    answer = _any(several, sql, situation)
    if isinstance(answer, Split) and answer.family in situation.never:
        return f"as written: never_split names {answer.family}"
    return answer


def _any(several: Sequence[Form], sql: str, situation: Situation) -> Answer:
    if len(several) == 1:
        family = _FAMILIES.get(type(several[0]))
        return family(several[0], sql, situation) if family else None
    dropped = [form for form in several if isinstance(form, forms.DropIndex)]
    if dropped and len(dropped) == len(several):
        return indexes.drop_several(dropped, sql, situation)
    if all(isinstance(form, forms.TableForm) for form in several):
        return actions.apart(several, sql, situation, _answer)
    return None


# The values take the form of their key: more than a type checker can follow through a dictionary.
_FAMILIES: dict[type[Form], Family] = {
    forms.AddColumn: columns.add_column,
    forms.AddConstraint: constraints.add_constraint,
    forms.SetNotNull: not_null.set_not_null,
    forms.AttachPartition: partitions.attach,
    forms.CreateIndex: indexes.create,
    forms.DetachPartition: partitions.detach,
    forms.DropIndex: indexes.drop,
    forms.RefreshMatview: matviews.refresh,
    forms.Reindex: indexes.reindex,
    forms.Write: data.write,
}
