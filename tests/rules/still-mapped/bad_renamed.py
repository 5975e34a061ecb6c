from alembic import op


def upgrade():
    op.alter_column("orders", "number", new_column_name="serial_number")  # finds
    op.rename_table("orders", "purchases")  # finds
