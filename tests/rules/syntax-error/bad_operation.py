from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUM hint text")  # finds
