"""Whatever goes wrong, as an error that says what happened, in what state things were left, and what to do next."""

from __future__ import annotations

import argparse
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO, cast

import sqlalchemy as sa
from alembic.util import CommandError

from safemigrate import config, errors

_HINTS = (
    ("No 'script_location'", "name the configuration: -c path/to/alembic.ini, or run where it is; "
     "safemigrate init makes a new one"),
    ("Multiple head revisions", "safemigrate heads shows them; safemigrate upgrade heads takes them all, "
     "safemigrate merge joins them"),
    ("Can't locate revision", "safemigrate history lists the revisions; is this checkout as new as the database?"),
    ("Range revision not allowed", "a range goes with --sql only"),
)  # fmt: skip


@dataclass
class Status:
    """The exit code, once it is known."""

    code: int = errors.ExitCode.OK


def wanted_output(options: argparse.Namespace) -> config.Output:
    """How errors are to be shown, before the settings could be read."""
    given = getattr(options, "setting_output", None) or getattr(options, "lint_format", None)
    return cast(config.Output, given if given in ("live", "plain", "json") else "auto")


@contextmanager
def shown(stream: TextIO, output: config.Output, *, raising: bool, looking: bool = False) -> Iterator[Status]:
    """Errors within the block are shown on *stream*, and give the exit code; with *raising* they go on up as well.

    *looking*: what is done in the block changes no database, whatever becomes of it.
    """
    status = Status()
    try:
        yield status
    except errors.SafemigrateError as error:
        problem, cause = error, error.__cause__ or error
    except CommandError as error:
        problem, cause = _command(error), error
    except sa.exc.DBAPIError as error:
        problem, cause = _database(error), error
    except KeyboardInterrupt as error:
        problem, cause = errors.Interrupted("interrupted", state="nothing was being changed"), error
    except Exception as error:
        problem, cause = _session(error) or _not_connected(error) or _other(error), error
        if looking:
            problem.state, problem.next = "nothing was changed", "--raiseerr shows the whole traceback"
    else:
        return
    if raising:
        raise cause
    from safemigrate.console import errors as shown_errors

    shown_errors.show(problem, stream, output)
    status.code = problem.exit_code


def _command(error: CommandError) -> errors.SafemigrateError:
    text = str(error)
    hint = next((hint for start, hint in _HINTS if start in text), "safemigrate --help; --raiseerr shows where")
    return errors.BadInput(text, state="nothing was changed", next=hint)


def _database(error: sa.exc.DBAPIError) -> errors.SafemigrateError:
    text = str(error.orig or error).strip()
    if error.statement is None:
        return _no_connection(text)
    return errors.SafemigrateError(
        f"the database refused what env.py or Alembic asked: {text}",
        state="every step that the journal calls done is done; nothing else was changed by safemigrate",
        next="safemigrate status; --raiseerr shows where it happened",
        details=[("statement", " ".join(error.statement.split())[:200])],
    )


def _no_connection(text: str) -> errors.BadInput:
    return errors.BadInput(
        f"could not connect to the database: {text}",
        state="nothing was changed",
        next="check the URL that env.py uses, and that the server is up",
    )


def _not_connected(error: Exception) -> errors.SafemigrateError | None:
    """The asynchronous drivers' own errors reach us as they are: invalid authorization, no such database, no server."""
    from safemigrate.capture import recorder

    sqlstate = recorder.sqlstate(error) or ""
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror) or sqlstate.startswith(("28", "3D")):
        return _no_connection(str(error))
    return None


def _session(error: Exception) -> errors.SafemigrateError | None:
    """An error of psycopg, which is imported by whoever can meet one."""
    psycopg = sys.modules.get("psycopg")
    if psycopg is None or not isinstance(error, psycopg.Error):
        return None
    text = (error.diag.message_primary or str(error)).strip()
    return errors.SafemigrateError(
        f"a session of ours failed: {text}",
        state="every step that the journal calls done is done; nothing else was changed",
        next="safemigrate status, then run again: it goes on from there",
        details=[("sqlstate", error.sqlstate or "")],
    )


def _other(error: Exception) -> errors.SafemigrateError:
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = [("at", f"{frame.filename}:{frame.lineno} in {frame.name}") for frame in last]
    return errors.SafemigrateError(
        f"{type(error).__name__}: {error}",
        state="every step that the journal calls done is done; nothing else was changed by safemigrate",
        next="--raiseerr shows the whole traceback; safemigrate status shows what is done",
        details=where,
    )
