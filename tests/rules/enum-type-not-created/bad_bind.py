import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text('ALTER TABLE accounts ADD COLUMN level "AccountLevel"'))  # finds
