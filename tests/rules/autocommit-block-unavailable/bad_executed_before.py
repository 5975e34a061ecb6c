from alembic import op

BEGUN = "connection.exec_driver_sql('CREATE SCHEMA IF NOT EXISTS shop')"


def upgrade():
    context = op.get_context()
    with context.autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE 'lost'")  # finds
