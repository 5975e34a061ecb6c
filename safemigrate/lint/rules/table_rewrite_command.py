"""table-rewrite-command: VACUUM FULL, CLUSTER, SET LOGGED, SET TABLESPACE and SET ACCESS METHOD rewrite a table.

Why      They write the table and all its indexes anew under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile.
Bad      op.execute("ALTER TABLE orders SET TABLESPACE fast")
Instead  pg_repack, outside of the migrations, which locks the table only for a moment at the end

Silent for tables that are new or temporary, and for what only says how the partitions to come are made.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Found, Relation, Severity, Situation, forms

SEVERITY = Severity.ERROR

_ACTIONS = {"set tablespace", "set logged", "set unlogged", "set access method"}
_ONLINE = "# not in a revision: pg_repack rewrites it, and locks it only for a moment"
_MOVED = "# not in a revision: pg_repack --tablespace moves it, and locks it only for a moment"
_COPIED = "# another table with the new setting, filled in batches"


def check(form: forms.AlterTable | forms.Maintenance, at: Situation) -> Iterator[Found]:
    if isinstance(form, forms.AlterTable):
        yield from _action(form, at)
    elif form.kind in {"vacuum full", "cluster"}:
        yield from _command(form, at)


def _action(form: forms.AlterTable, at: Situation) -> Iterator[Found]:
    table = at.table(form.relation)
    if form.action not in _ACTIONS or not _stops(form.relation, at) or (table and table.partitioned):
        return
    yield Found(
        f"{form.action.upper()} rewrites {form.relation}: nobody reads or writes it meanwhile",
        instead=_MOVED if form.action == "set tablespace" else _COPIED,
        handled=False,
    )


def _command(form: forms.Maintenance, at: Situation) -> Iterator[Found]:
    stopped = [str(relation) for relation in form.relations if _stops(relation, at)]
    if form.relations and not stopped:
        return
    what = ", ".join(stopped) or "every table of the database, one after the other"
    whom = "it" if len(stopped) == 1 else "them"
    yield Found(
        f"{form.kind.upper()} rewrites {what}: nobody reads or writes {whom} meanwhile",
        instead=_ONLINE,
        handled=False,
    )


def _stops(relation: Relation, at: Situation) -> bool:
    """Whether somebody uses the table, or the table of the index."""
    index = at.schema.index(relation)
    return at.concerns(index[0].name if index else relation)
