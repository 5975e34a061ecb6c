from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            TRUNCATE audit;
        END $$
        """
    )
