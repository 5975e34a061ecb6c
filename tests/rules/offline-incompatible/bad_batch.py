from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        known = op.get_bind().exec_driver_sql("SELECT code FROM orders LIMIT 1").first()  # finds
        batch_op.alter_column("code", server_default=str(known))
