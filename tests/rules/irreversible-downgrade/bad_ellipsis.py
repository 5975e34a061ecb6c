import sqlalchemy as sa
from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.get_bind().execute(sa.text("ALTER TABLE orders RENAME COLUMN note TO remark"))


def downgrade(): ...  # finds
