from alembic import op

PER_MIGRATION = True


def upgrade():
    op.create_check_constraint("orders_total_check", "orders", "total >= 0", postgresql_not_valid=True)
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check")  # finds
