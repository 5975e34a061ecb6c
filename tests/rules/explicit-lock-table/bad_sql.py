from alembic import op


def upgrade():
    op.execute("LOCK TABLE orders, accounts IN SHARE ROW EXCLUSIVE MODE; INSERT INTO audit (id) VALUES (1)")  # finds
