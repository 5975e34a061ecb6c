from alembic import op

SETTINGS = {"pg_version": 14}


def upgrade():
    with op.get_context().autocommit_block(), op.batch_alter_table("orders") as batch_op:
        batch_op.create_index("ix_orders_note", ["note"], postgresql_concurrently=True)  # finds
