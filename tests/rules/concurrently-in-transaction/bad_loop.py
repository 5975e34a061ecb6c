from alembic import op


def index(table, column):
    op.create_index(f"ix_{table}_{column}", table, [column], postgresql_concurrently=True)  # finds


def upgrade():
    for column in ("note",):
        index("orders", column)
