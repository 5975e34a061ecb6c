from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_events_kind", "events", ["kind"], postgresql_concurrently=True)  # finds
        op.create_index("ux_events_id", "events", ["id"], unique=True)  # finds
