from alembic import op

EXTERNAL = True


def concurrently(column):
    with op.get_context().autocommit_block():
        op.create_index(f"ix_orders_{column}", "orders", [column], postgresql_concurrently=True)  # finds


def upgrade():
    for column in ("note", "code"):
        concurrently(column)
