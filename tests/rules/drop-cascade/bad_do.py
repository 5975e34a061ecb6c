from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            DROP TABLE orders CASCADE;
        END $$
        """
    )
