from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
        END $$
        """
    )
