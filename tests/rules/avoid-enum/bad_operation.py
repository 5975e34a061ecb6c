import sqlalchemy as sa
from alembic import op


def upgrade():
    sa.Enum("good", "bad", name="mood").create(op.get_bind())  # finds
