import sqlalchemy as sa
from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.get_bind().execute(sa.text("COMMENT ON TABLE orders IS 'of a customer'"))


def downgrade(): ...  # finds
