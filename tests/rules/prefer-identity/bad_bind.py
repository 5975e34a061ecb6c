from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TABLE audit ADD COLUMN key bigserial")  # finds
