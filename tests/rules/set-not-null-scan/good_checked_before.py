from alembic import op


def before():
    op.create_check_constraint("orders_note_not_null", "orders", "note IS NOT NULL", postgresql_not_valid=True)
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_note_not_null")


def upgrade():
    op.alter_column("orders", "note", nullable=False)
    op.drop_constraint("orders_note_not_null", "orders", type_="check")
