"""Which rows it was: what a step that failed because of data has met, counted and with samples, and how to find all.

Asked once the failed transaction is over and before anything is taken back, by our own session, each query in a
read-only transaction of its own that is given up after some seconds. It never fails itself: whatever goes wrong here,
the error it is about stands as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row, tuple_row

from safemigrate import sql
from safemigrate.executor import offenders, session
from safemigrate.executor.offenders import Offenders, Table
from safemigrate.executor.run import Run
from safemigrate.plan import text
from safemigrate.statement import forms, parser, requirements
from safemigrate.statement.forms import Relation
from safemigrate.statement.requirements import Kind, Requirement
from safemigrate.steps import Step

Details = list[tuple[str, str]]

KINDS: dict[str, Kind] = {
    "23502": "not null",
    "23503": "foreign key",
    "23505": "unique",
    "23514": "check",
    "23P01": "exclude",
}
"""The SQLSTATEs that say that rows do not meet a requirement."""

FIND = "find them"
"""The label of the query that finds all of them."""

PATIENCE = 5.0
"""Seconds that each query may take."""

# What looks at the rows that are there. The other statements that fail so write the rows that they fail on.
_LOOKING = (
    forms.AddConstraint,
    forms.AlterConstraint,
    forms.CreateIndex,
    forms.SetNotNull,
    forms.ValidateConstraint,
)


def of(run: Run, step: Step, error: psycopg.Error) -> Details:
    """What is known of the rows that *step* failed on, as labelled lines; [] where they are not what it failed on."""
    several = [form for statement in step.statements for form in statement.forms]
    if error.sqlstate not in KINDS or any(isinstance(form, forms.Write | forms.Do) for form in several):
        return []
    try:
        with run.stop.cancels(run.work.connection.cancel_safe):
            return _details(run, step, several, error)
    except psycopg.Error as other:
        return [] if run.lost(other) else [("rows", f"not counted: {_reason(other)}")]
    except Exception:  # such as a value that is not in its encoding: the error is told without it
        return []
    finally:
        run.work.abandon()


def _details(run: Run, step: Step, several: Sequence[forms.Form], error: psycopg.Error) -> Details:
    for need in _needs(run, step, several, error):
        table = _table(run, need.relation)
        referenced = _table(run, need.references) if need.references else None
        if table is None or not set(need.columns) <= set(table.columns) or (need.references and referenced is None):
            continue
        found = offenders.of(need, table, referenced)
        return [*_told(run, need, found), (FIND, found.find)]
    return []


# -- what was not met


def _needs(run: Run, step: Step, several: Sequence[forms.Form], error: psycopg.Error) -> Iterator[Requirement]:
    """What it may be, the likeliest first: as the catalog has it, as the revision has it, as the step has it."""
    kind, diag = KINDS[error.sqlstate or ""], error.diag
    looked_at = {form.relation for form in several if isinstance(form, _LOOKING)}
    if len(looked_at) != 1:
        looked_at = {Relation(diag.table_name, diag.schema_name)} if looked_at and diag.table_name else set()
    for relation in looked_at:
        if kind == "not null" and diag.column_name:
            yield Requirement(kind, relation, columns=(diag.column_name,))
        validated = [form.name for form in several if isinstance(form, forms.ValidateConstraint)]
        for name in dict.fromkeys([diag.constraint_name or "", *validated]):
            yield from _in_catalog(run, relation, name, kind)
        for each in ([step.rewrite.original] if step.rewrite else []) + [step.sql]:
            yield from _written(each, kind, diag.constraint_name or "")


def _in_catalog(run: Run, relation: Relation, name: str, kind: Kind) -> Iterator[Requirement]:
    table = _table(run, relation)
    rows = _rows(run, "constraint", oid=table.oid, constraint=name, kind=kind) if table else []
    for row in rows:
        references = Relation(row["references_name"], row["references_schema"]) if row["references_name"] else None
        yield Requirement(
            "not null" if row["not_null"] else kind,
            relation,
            name=name,
            columns=tuple(row["columns"]),
            condition=row["condition"] or "",
            references=references,
            referenced=tuple(row["referenced"]),
            full=row["full"],
            only=row["only"],
        )


def _written(several: str, kind: Kind, name: str) -> list[Requirement]:
    """The requirement of that *name* in the statements, or the only one of its *kind*."""
    try:
        found = [need for each in parser.split(several) for need in requirements.required(each) if need.kind == kind]
    except parser.Unparsable:
        return []
    named = [need for need in found if need.name == name]
    return named or (found if len(found) == 1 else [])


def _table(run: Run, relation: Relation) -> Table | None:
    rows = _rows(run, "table", name=text.relation(relation))
    return Table(**rows[0]) if rows else None


# -- who does not meet it


def _told(run: Run, need: Requirement, found: Offenders) -> Details:
    try:
        rows = _asked(run, found.sample)
    except psycopg.Error as error:
        return [("rows", f"not counted: {_reason(error)}")]
    if not rows:
        return [("rows", "none violates it by now")]
    shown = len(found.names) + len(found.values)
    if found.count:
        counted = _counted(run, found, need, len(rows))
        lines = [_sample(need, found, row) for row in rows]
    else:
        _times, keys, total = rows[0][shown:]
        counted = f"{_number(total, 'row')} share {_number(keys, 'key')}"
        lines = [f"{_values(found.names, row)}: {row[shown]:,} times" for row in rows]
    return [("rows", counted), *([] if run.settings.redact_queries else [("sample", line) for line in lines])]


def _counted(run: Run, found: Offenders, need: Requirement, seen: int) -> str:
    """How many there are, *seen* of them known."""
    thing, verb = ("pair", "conflict") if need.kind == "exclude" else ("row", "violate")
    more = ""
    if seen == offenders.MOST:
        try:
            ((seen,),) = _asked(run, found.count)
        except psycopg.Error as error:
            more = f"; not all were counted: {_reason(error)}"
    rest = " of rows" if need.kind == "exclude" else ""
    verb = f"{verb}s" if seen == 1 else verb
    return f"{'at least ' if more else ''}{_number(seen, thing)}{rest} {verb}{'' if rest else ' it'}{more}"


def _sample(need: Requirement, found: Offenders, row: Sequence[Any]) -> str:
    if need.kind == "exclude":
        half = len(found.names) // 2
        return f"{_values(found.names[:half], row)}; {_values(found.names[half:], row[half:])}"
    values = _values(found.values, row[len(found.names) :])
    return _values(found.names, row) + (f": {values}" if values else "")


def _values(shown: Sequence[offenders.Shown], row: Sequence[Any]) -> str:
    return ", ".join(each.told(value) for each, value in zip(shown, row, strict=False))


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _reason(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.QueryCanceled):
        return f"that takes longer than {PATIENCE:.0f} s"
    return error.diag.message_primary or str(error)


# -- asking


def _asked(run: Run, query: str) -> list[tuple[Any, ...]]:
    # Rows that a policy hides would be missing from what is told: then it is refused.
    run.work.execute(
        session.message(
            "BEGIN READ ONLY",
            f"SET LOCAL statement_timeout = '{session.milliseconds(PATIENCE)}'",
            "SET LOCAL lock_timeout = '1s'",
            "SET LOCAL row_security = off",
        )
    )
    try:
        with run.work.connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(query.encode()).fetchall()
    finally:
        run.work.abandon()


def _rows(run: Run, query: str, **values: object) -> list[dict[str, Any]]:
    with run.work.connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql.queries("evidence")[query], values).fetchall()
