from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN remark text CONSTRAINT orders_remark_check CHECK (remark <> '')")  # finds
