import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text("ALTER TABLE items ALTER quantity SET NOT NULL, ADD PRIMARY KEY (quantity)"))  # finds
