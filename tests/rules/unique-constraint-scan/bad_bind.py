from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("alter table only public.orders add constraint one_code unique (code)")  # finds
