from contextlib import contextmanager

from alembic import op


@contextmanager
def outside(timeout):
    with op.get_context().autocommit_block():
        op.execute(f"SET lock_timeout = '{timeout}'")
        yield
        op.execute("SET lock_timeout = DEFAULT")


def upgrade():
    with outside("5s"):
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
