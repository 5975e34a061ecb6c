"""Make ``op`` and ``op.get_bind()`` speak to another connection for a while.

``autocommit_block()`` becomes a no-op meanwhile: each step is a transaction of its own, and a command that refuses a
transaction block gets none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext


@contextmanager
def connection(context: MigrationContext, replacement: sa.Connection) -> Iterator[None]:
    """Everything that *context* sends goes to *replacement* until the end of the block."""
    previous = context.connection
    context.connection = context.impl.connection = replacement
    context.autocommit_block = nullcontext  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del context.autocommit_block
        context.connection = context.impl.connection = previous
