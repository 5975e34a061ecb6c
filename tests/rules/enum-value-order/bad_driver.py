from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TYPE order_state ADD VALUE 'packed'")  # finds
