from alembic import op


def upgrade():
    op.drop_column("orders", "number")  # finds
    op.drop_column("orders", "note")  # finds
    op.drop_table("audit")  # finds
