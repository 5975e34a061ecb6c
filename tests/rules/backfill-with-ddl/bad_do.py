from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            ALTER TABLE orders ADD COLUMN gross numeric;
            UPDATE orders SET gross = price * quantity;
        END $$
        """
    )
