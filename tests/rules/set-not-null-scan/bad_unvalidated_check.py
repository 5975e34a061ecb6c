from alembic import op


def before():
    op.create_check_constraint("orders_note_not_null", "orders", "note IS NOT NULL", postgresql_not_valid=True)


def upgrade():
    op.alter_column("orders", "note", nullable=False)  # finds
