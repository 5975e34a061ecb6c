"""reindex-not-concurrent: REINDEX without CONCURRENTLY.

Why      It takes SHARE on the table while its indexes are built anew: writes wait. The index itself is under ACCESS
         EXCLUSIVE, and the planner of every query on the table looks at it: reads wait too.
Bad      op.execute("REINDEX TABLE orders")
Instead  with op.get_context().autocommit_block():
             op.execute("REINDEX TABLE CONCURRENTLY orders")

Silent for REINDEX SYSTEM, which has no other form, and for tables that are new or temporary.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.advice import spell
from safemigrate.lint.rule import Found, Relation, Severity, Situation, Table, forms

SEVERITY = Severity.ERROR


def check(form: forms.Reindex, at: Situation) -> Iterator[Found]:
    if form.concurrently or form.kind == "system" or not at.concerns(_table(form, at)):
        return
    table = at.table(_table(form, at))
    yield Found(
        f"rebuilding {_named(form)} blocks writes to {_blocked(form, at)}, and reads as well: their planner waits for "
        "each index",
        instead=spell.autocommit(
            spell.execute(f"REINDEX {form.kind.upper()} CONCURRENTLY {spell.relation(form.name)}")
        ),
        handled=form.kind in ("index", "table") and not (table and table.partitioned),
        fixable=form.kind in ("index", "table") and table is not None and not _refused(table),
    )


def _refused(table: Table) -> bool:
    """Whether an index of it may be one that CONCURRENTLY does not rebuild."""
    return table.partitioned or not table.seen or any(each.kind == "exclude" for each in table.constraints.values())


def _table(form: forms.Reindex, at: Situation) -> Relation:
    """The table that is locked; the thing itself where that is not known."""
    known = at.schema.index(form.name) if form.kind == "index" else None
    return at.shown(known[0].name) if known else form.name


def _named(form: forms.Reindex) -> str:
    return f"index {form.name}" if form.kind == "index" else f"the indexes of {_kind(form)}{form.name}"


def _blocked(form: forms.Reindex, at: Situation) -> str:
    if form.kind in ("schema", "database"):
        return "one of its tables after the other"
    table = _table(form, at)
    return "its table" if form.kind == "index" and table == form.name else str(table)


def _kind(form: forms.Reindex) -> str:
    return "" if form.kind == "table" else f"{form.kind} "
