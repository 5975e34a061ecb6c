import shop  # finds
from alembic import op


def upgrade():
    op.alter_column("orders", "note", server_default=shop.DEFAULT)
