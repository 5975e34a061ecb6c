from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN deposit money_amount")
