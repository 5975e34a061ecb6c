from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TABLE items ADD COLUMN account_id bigint REFERENCES accounts")  # finds
