from alembic import op


def upgrade():
    op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")
    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_check_constraint(  # finds
            "orders_state_check", "state <> 'refunded'", postgresql_not_valid=True
        )
