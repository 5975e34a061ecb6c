"""Make ``op`` and ``op.get_bind()`` speak to another connection for a while.

``autocommit_block()`` becomes a no-op meanwhile, unless something else is put in its place: each step is a transaction
of its own, and a command that refuses a transaction block gets none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext


@contextmanager
def connection(
    context: MigrationContext,
    replacement: sa.Connection,
    *,
    autocommit_block: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[None]:
    """Everything that *context* sends goes to *replacement* until the end of the block."""
    previous = context.connection
    context.connection = context.impl.connection = replacement
    context.autocommit_block = autocommit_block  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del context.autocommit_block
        context.connection = context.impl.connection = previous


def memory(context: MigrationContext) -> Callable[[], None]:
    """A function that makes Alembic remember the types it has created until now, and forget those created since.

    It does not create an enum type twice. A revision that is run more than once (read ahead, then live; live again
    after a failed try) has to find what it would have found the first time.
    """
    before = {name: copy(value) for name, value in context.impl.memo.items()}

    def restore() -> None:
        context.impl.memo = {name: copy(value) for name, value in before.items()}

    return restore
