from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            ALTER TABLE items SET SCHEMA billing;
        END $$
        """
    )
