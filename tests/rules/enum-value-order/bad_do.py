from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            ALTER TYPE order_state ADD VALUE 'packed';
        END $$
        """
    )
