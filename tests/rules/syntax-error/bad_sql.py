from alembic import op


def upgrade():
    op.execute("UPDATE orders SET note = 'it''s' WERE id = 1; SELECT 1")  # finds
