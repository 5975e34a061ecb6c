from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TYPE order_state RENAME VALUE 'sent' TO 'shipped'")  # finds
