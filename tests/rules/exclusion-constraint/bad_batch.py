from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_exclude_constraint("orders_code", ("code", "="), using="hash")  # finds
