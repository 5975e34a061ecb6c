from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_index("ix_orders_note", ["note"], postgresql_concurrently=True)  # finds
