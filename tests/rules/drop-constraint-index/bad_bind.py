import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text("DROP INDEX accounts_pkey"))  # finds
