from contextlib import contextmanager

from alembic import op


@contextmanager
def outside():
    context = op.get_context()
    with context.autocommit_block():
        yield


def upgrade():
    op.execute("CREATE TYPE colour AS ENUM ('red')")
    with outside():
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)  # finds
