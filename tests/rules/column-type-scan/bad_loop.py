from alembic import op


def before():
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_number_check CHECK (number <> '')")


def upgrade():
    for column, to in (("number", "varchar"),):
        op.execute(f"ALTER TABLE orders ALTER COLUMN {column} TYPE {to}")  # finds
