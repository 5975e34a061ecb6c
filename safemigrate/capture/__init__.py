"""One revision, run without changing anything: the ordered Statements that it would send.

``upgrade()`` is called once against a connection whose writes are recorded instead of sent and whose reads the real
database answers (in a read-only transaction, so that even a SELECT cannot change anything). The interception is at the
one place where everything passes, SQLAlchemy's ``do_execute``: operations, ``batch_alter_table``, ``op.execute``,
``op.get_bind()``, the CREATE TYPE that an enum emits.

What it promises: either the statements are complete and can be sent as steps, or :attr:`Captured.whole` says why the
revision is Python that must run whole. Reasons: it writes data through the bind or a Session, it reads back what it
has itself changed, it opens a connection or calls the network, or it failed before its end.

What it never does: change the database, make a network call or start a program on behalf of the revision.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from safemigrate.capture import batch, network, recorder, swap
from safemigrate.statement import Statement


@dataclass(frozen=True, slots=True)
class Captured:
    """What a revision would do.

    *whole* is the reason why it has to run whole ("" when its statements can be steps; they are complete then).
    *once* is the reason why it must not be run a second time ("" when it may). *reads* is whether the statements
    depend on rows that were read. *error* is what ended it early, if anything did.
    """

    statements: tuple[Statement, ...]
    whole: str = ""
    once: str = ""
    reads: bool = False
    error: Exception | None = None
    notes: tuple[str, ...] = ()


def capture(
    migrate: Callable[[], object],
    context: MigrationContext,
    connection: sa.Connection,
    source: str,
    *,
    declared: bool = False,
) -> Captured:
    """Run *migrate* (``upgrade()`` or ``downgrade()`` of the file *source*) against *connection* without changing it.

    *connection* is in read-only transactions, and used for nothing else meanwhile. *declared*: the revision
    says itself that it can be cut into steps, so data written through the bind is recorded like everything else.
    """
    record = recorder.Recorder(connection, source, declared=declared)
    whole = once = ""
    error: Exception | None = None
    # As with Alembic, a transaction is open when the revision begins: a Session joins it, and does not end it.
    if not connection.in_transaction():
        connection.begin()
    try:
        with (
            swap.connection(context, connection),
            recorder.operations(context, record),
            batch.lines(source),
            network.refused(),
            record.listening(),
        ):
            migrate()
    except (recorder.MustRunWhole, network.NetworkUse):
        pass
    except Exception as exception:
        error = exception
        whole = _reason(exception)
    finally:
        if connection.in_transaction():
            connection.rollback()
    # Not from the exception alone: the revision may have caught it (``except:``), and gone on.
    whole = record.refused or whole
    if network.seen():
        whole = once = f"{network.seen()} while it runs"
    return Captured(
        tuple(record.statements),
        whole=whole,
        once=once,
        reads=record.reads_rows,
        error=error,
        notes=tuple(dict.fromkeys(record.notes)),
    )


Borrow = Callable[[], AbstractContextManager[sa.Connection]]


class Reader:
    """Captures one revision after the other over one session in read-only transactions, opened when first needed."""

    def __init__(self, borrow: Borrow) -> None:
        self._borrow = borrow
        self._session = ExitStack()
        self._connection: sa.Connection | None = None

    def capture(
        self, migrate: Callable[[], object], context: MigrationContext, source: str, *, declared: bool = False
    ) -> Captured:
        """:func:`capture` over the reader's session."""
        connection = self._open()
        captured = capture(migrate, context, connection, source, declared=declared)
        # A revision that was stopped half-way may have left the session in any state.
        if captured.whole or connection.invalidated or connection.closed:
            self.close()
        return captured

    def _open(self) -> sa.Connection:
        if self._connection is None:
            self._connection = self._session.enter_context(self._borrow())
        return self._connection

    def close(self) -> None:
        self._connection = None
        self._session.close()


def _reason(exception: Exception) -> str:
    cause: Any = getattr(exception, "orig", None) or exception
    lines = str(cause).strip().splitlines() or ["no message"]
    return f"could not be read ahead: {type(exception).__name__}: {lines[0][:200]}"
