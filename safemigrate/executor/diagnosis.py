"""From a step's failure to an error that says what happened and what to do: the statement's place, the server's words,
the rows that are to blame, and for a missing right the exact GRANT.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql as syntax
from psycopg.rows import dict_row

from safemigrate import errors, sql
from safemigrate.executor import evidence
from safemigrate.executor.deed import Failed
from safemigrate.executor.run import Run
from safemigrate.locks import inspect
from safemigrate.statement import read
from safemigrate.steps import Step

INSUFFICIENT_PRIVILEGE = "42501"


def explain(
    run: Run, step: Step, place: str, error: Failed | errors.CouldNotLock | errors.Interrupted
) -> errors.SafemigrateError:
    """The error to raise for *step*, which is *place*; what became of the database is for others to add."""
    statement = step.statements[0]
    where = [("at", str(statement.origin))] if statement.origin else []
    if isinstance(error, errors.SafemigrateError):
        error.what = f"{place}: {error.what}"
        error.details = where + error.details
        return error
    rows = evidence.of(run, step, error.error)
    mend = "mend the rows that this query finds, then run again" if evidence.FIND in dict(rows) else ""
    words = server_says(error.error, redact=run.settings.redact_queries)
    return errors.RolledBack(
        f"{place} failed: {step.title}",
        next=mend or _next(run, step, error.error),
        details=[*where, ("statement", inspect.shorten(step.sql)), *words, *rows],
    )


def server_says(error: psycopg.Error, *, redact: bool = False) -> list[tuple[str, str]]:
    """The server's message, detail and hint, as labelled lines; with *redact* no detail that shows values of a row."""
    diag = error.diag
    message = diag.message_primary or str(error)
    rows = [("server", f"{message} ({error.sqlstate})" if error.sqlstate else message)]
    shown = not (redact and error.sqlstate in evidence.KINDS)
    rows += [("detail", diag.message_detail)] if diag.message_detail and shown else []
    rows += [("hint", diag.message_hint)] if diag.message_hint else []
    return rows


def _next(run: Run, step: Step, error: psycopg.Error) -> str:
    if error.sqlstate == INSUFFICIENT_PRIVILEGE:
        grants = missing_grants(run, step)
        if grants:
            return "; ".join(grants) + "; then run again"
    return "mend the cause, then run again"


def missing_grants(run: Run, step: Step) -> list[str]:
    """The GRANT statements that would give our role what *step* needs, as far as the catalog tells."""
    row = run.work.connection.execute("SELECT current_user").fetchone()
    role = syntax.Identifier(row[0] if row else "")
    oids = [oid for oid, _relation, _mode in run.catalog.locks(step.impact)]
    schemas = sorted({name for each in step.statements for name in read.names(each.sql)})
    schemas += ["safemigrate"] if step.batch and step.batch.images else []
    owners = {found["owner"] for found in _rows(run, "owners", oids=oids)}
    grants = [syntax.SQL("GRANT {} TO {}").format(syntax.Identifier(owner), role) for owner in sorted(owners)]
    grants += [
        syntax.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(syntax.Identifier(found["schema"]), role)
        for found in _rows(run, "schemas", schemas=schemas)
    ]
    return [grant.as_string(None) for grant in grants]


def _rows(run: Run, name: str, **values: object) -> list[dict[str, Any]]:
    # The working session has the role that was refused; the watching one may have shed it.
    with run.work.connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql.queries("diagnosis")[name], values).fetchall()
