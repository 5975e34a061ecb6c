import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("ALTER TYPE order_state RENAME TO state_of_order"))  # finds
