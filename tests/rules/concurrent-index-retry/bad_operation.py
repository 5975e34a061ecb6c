from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index(  # finds
            "ix_orders_note", "orders", ["note"], if_not_exists=True, postgresql_concurrently=True
        )
