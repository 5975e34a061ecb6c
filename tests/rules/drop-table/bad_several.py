from alembic import op


def upgrade():
    op.execute(  # finds
        """
        SELECT 1;
        DROP TABLE items
        """
    )
