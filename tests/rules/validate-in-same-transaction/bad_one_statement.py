from alembic import op


def upgrade():
    op.execute(  # finds
        "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID,"
        " VALIDATE CONSTRAINT orders_total_check"
    )
