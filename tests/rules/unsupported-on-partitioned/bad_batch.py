from alembic import op


def upgrade():
    with op.batch_alter_table("events") as batch_op:
        batch_op.create_unique_constraint("events_id_key", ["id", "kind"])  # finds
        batch_op.drop_column("at")  # finds
