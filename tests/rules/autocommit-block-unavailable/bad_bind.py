import sqlalchemy as sa
from alembic import op

EXTERNAL = True


def upgrade():
    with op.get_context().autocommit_block():
        op.get_bind().execute(sa.text("VACUUM orders"))  # finds
