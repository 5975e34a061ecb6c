from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            ALTER TYPE order_state RENAME VALUE 'sent' TO 'shipped';
        END $$
        """
    )
