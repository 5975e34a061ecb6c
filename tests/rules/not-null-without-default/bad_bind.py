from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TABLE events ADD COLUMN source text NOT NULL")  # finds
