from alembic import op


def index(table, column):
    op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True, postgresql_concurrently=True)  # finds


def upgrade():
    with op.get_context().autocommit_block():
        for column in ("note",):
            index("orders", column)
