from alembic import op


def upgrade():
    op.execute(  # finds
        """
        DO $$
        BEGIN
            CREATE TYPE mood AS ENUM ('good', 'bad');
        END $$
        """
    )
