import sqlalchemy as sa
from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text))


def downgrade():  # finds
    pass
