import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("token", sa.Uuid))
    op.alter_column("orders", "token", server_default=sa.text("gen_random_uuid()"))
