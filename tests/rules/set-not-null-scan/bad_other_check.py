from alembic import op


def before():
    op.create_check_constraint("orders_note_check", "orders", "note IS NOT NULL OR code IS NOT NULL")


def upgrade():
    op.alter_column("orders", "note", nullable=False)  # finds
