from alembic import op


def before():
    op.create_index("ix_events_kind", "events", ["kind"])


def upgrade():
    with op.get_context().autocommit_block():
        for name in ("ix_events_kind",):
            op.drop_index(name, "events", postgresql_concurrently=True)  # finds
