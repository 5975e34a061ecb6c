from alembic import op


def upgrade():
    op.execute("INSERT INTO audit (id) VALUES (1); ALTER TABLE orders ADD COLUMN hint text")  # finds
