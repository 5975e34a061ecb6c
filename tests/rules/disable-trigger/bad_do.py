from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            ALTER TABLE orders DISABLE TRIGGER orders_touch;
        END $$
        """
    )
