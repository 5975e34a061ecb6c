from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")
    op.alter_column("orders", "state", server_default="refunded")
