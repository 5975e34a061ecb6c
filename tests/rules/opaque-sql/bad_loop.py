from alembic import op


def run(tables):
    for table in tables:
        op.execute(f"SELECT partition_by_month('{table}')")  # finds


def upgrade():
    run(["events"])
