from alembic import op


def upgrade():
    op.execute("CREATE TRIGGER orders_seen BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()")  # finds
    op.execute("DROP TRIGGER orders_touch ON orders")  # finds
