from contextlib import ExitStack

from alembic import op


def upgrade():
    with ExitStack() as stack:
        stack.enter_context(op.get_context().autocommit_block())
        with op.batch_alter_table("orders") as batch_op:
            batch_op.create_index("ix_orders_note", ["note"], postgresql_concurrently=True)
