from alembic import op


def before():
    op.execute("CREATE INDEX ix_events_kind ON ONLY events (kind)")


def upgrade():
    with op.get_context().autocommit_block():
        for year in (2024, 2025):
            op.create_index(f"ix_events_{year}_kind", f"events_{year}", ["kind"], postgresql_concurrently=True)
            op.execute(f"ALTER INDEX ix_events_kind ATTACH PARTITION ix_events_{year}_kind")
