"""A revision read from its source, which is neither imported nor run: for what cannot be run, and must not be.

:func:`read` goes through ``upgrade()`` statement by statement and works out what it is worth. What reaches the
database is called for real: Alembic's operations, with SQLAlchemy's own types, columns and expressions; so their
statements are the ones that the revision would send, and the recorder takes them with their lines as it does of one
that runs. Functions of the same file are followed, loops over what is known are run, SQL files beside it are read.

What it promises: nothing of the file runs. Only names on closed lists are called: what SQLAlchemy and Alembic make
statements from (``reach``), attributes that are harmless (``members``), plain data within bounds (``plain``,
``limits``). A revision takes a number of steps that is limited, and nothing ever raises, whatever the text is.

What it says of what it does not know: a loop over rows is read once, each branch of a condition that is not known is
read, and :attr:`Sent.certain` is False there, as it is for SQL with something unknown in it (NULL or ``unknown_name``
stands there then). What is not understood, or defined elsewhere, is a :class:`Gap` with its line. It is never left out
in silence.
"""

from __future__ import annotations

import warnings
from typing import Literal

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from safemigrate.capture.network import NetworkUse
from safemigrate.capture.offline import Offline, recording
from safemigrate.lint.static.header import Header, header, parse

__all__ = ["Header", "header", "read"]


def read(
    text: str,
    path: str,
    direction: Literal["upgrade", "downgrade"],
    context: MigrationContext,
    connection: sa.Connection,
) -> Offline:
    """What the revision *path* with the source *text* would send, over *connection*, of an engine that leads nowhere.

    *path* is where statements come from, and where SQL files are looked for; the file itself is not opened.
    """
    # Here, because most checks read no revision this way, and the interpreter is a dozen modules.
    from safemigrate.lint.static.limits import Exhausted
    from safemigrate.lint.static.record import Read
    from safemigrate.lint.static.revision import Revision

    record = Read(connection, path, text)
    try:
        tree = parse(text)
    except ValueError as error:
        record.gap(str(error), 0)
        return record
    revision = Revision(path, record, context)
    try:
        with warnings.catch_warnings(action="ignore"), recording(record, context):
            revision.read(tree, direction)
    except Exhausted:
        record.gap("takes more steps than are read", revision.stopped)
    except (Exception, NetworkUse) as error:
        record.gap(f"cannot be read: {type(error).__name__}", revision.line)
    return record
