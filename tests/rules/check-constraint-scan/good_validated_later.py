from alembic import op


def before():
    op.create_check_constraint("orders_total_check", "orders", "total >= 0", postgresql_not_valid=True)


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check")
