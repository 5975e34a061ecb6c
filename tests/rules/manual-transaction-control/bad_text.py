import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute(sa.text("ROLLBACK"))  # finds
    op.execute(sa.text("START TRANSACTION"))  # finds
