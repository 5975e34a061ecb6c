import sqlalchemy as sa
from alembic import op


def upgrade():
    for name in op.get_bind().execute(sa.text("SELECT name FROM accounts")).scalars():
        op.execute(name)  # finds
