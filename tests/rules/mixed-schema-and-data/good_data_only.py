from alembic import op


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("INSERT INTO audit (id, what) VALUES (1, 'begun')")
    op.execute("UPDATE orders SET note = 'seen' WHERE id = 5")
