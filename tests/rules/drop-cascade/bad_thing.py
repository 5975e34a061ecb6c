from alembic import op


def upgrade():
    op.execute("DROP TYPE order_state CASCADE")  # finds
    op.execute("DROP SCHEMA billing CASCADE")  # finds
    op.execute("DROP DOMAIN IF EXISTS money_amount CASCADE")  # finds
