from alembic import op


def upgrade():
    op.execute("SET search_path TO billing, public")  # finds
    op.execute("SET ROLE postgres")  # finds
    op.execute("SET SESSION session_replication_role = replica")  # finds
    op.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # finds
