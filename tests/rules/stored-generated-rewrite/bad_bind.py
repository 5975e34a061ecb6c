import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(  # finds
        sa.text("ALTER TABLE items ADD COLUMN doubled bigint GENERATED ALWAYS AS (quantity * 2) STORED")
    )
