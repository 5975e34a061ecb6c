from alembic import op


def upgrade():
    op.alter_column("orders", "note", new_column_name="remark")  # finds
