from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TABLE public.orders ALTER COLUMN state DROP NOT NULL")  # finds
