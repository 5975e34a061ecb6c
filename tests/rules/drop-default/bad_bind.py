import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text("ALTER TABLE orders ALTER reference DROP DEFAULT"))  # finds
