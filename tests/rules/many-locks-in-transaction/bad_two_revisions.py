from alembic import op

PENDING = ["before", "example"]


def before():
    op.drop_column("orders", "payload")


def upgrade():
    op.drop_column("audit", "at")  # finds
