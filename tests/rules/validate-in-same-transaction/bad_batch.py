from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_check_constraint("orders_total_check", "total >= 0", postgresql_not_valid=True)
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check")  # finds
