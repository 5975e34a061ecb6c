from alembic import op


def upgrade():
    with op.batch_alter_table("items") as batch_op:
        batch_op.create_foreign_key("items_fk", "orders", ["quantity"], ["id"])  # finds
