from alembic import op


def upgrade():
    for column in ("id", "order_id"):
        op.alter_column("items", column, nullable=True)  # finds
