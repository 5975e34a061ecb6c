from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            ALTER TYPE order_state RENAME TO state_of_order;
        END $$
        """
    )
