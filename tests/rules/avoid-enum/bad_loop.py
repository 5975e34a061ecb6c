from alembic import op


def upgrade():
    for name in ("mood",):
        op.execute(f"CREATE TYPE {name} AS ENUM ('good', 'bad')")  # finds
