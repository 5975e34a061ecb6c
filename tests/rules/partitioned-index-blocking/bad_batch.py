import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("events") as batch_op:
        batch_op.create_index("ix_events_kind", [sa.text("lower(kind)")])  # finds
