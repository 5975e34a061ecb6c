from alembic import op


def upgrade():
    op.execute("SET LOCAL session_replication_role = replica")
