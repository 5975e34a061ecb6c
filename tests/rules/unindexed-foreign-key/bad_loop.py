from alembic import op


def upgrade():
    for column in ("parent_id",):
        op.create_foreign_key(f"orders_{column}_fk", "orders", "orders", [column], ["id"])  # finds
