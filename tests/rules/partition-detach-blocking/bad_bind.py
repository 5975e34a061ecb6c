from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("alter table public.events detach partition public.events_2024")  # finds
