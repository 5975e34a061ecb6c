from alembic import op


def trigger(table):
    op.execute(f"CREATE TRIGGER {table}_seen BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION touch()")  # finds


def upgrade():
    for table in ("accounts",):
        trigger(table)
