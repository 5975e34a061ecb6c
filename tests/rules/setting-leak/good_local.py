from alembic import op


def upgrade():
    op.execute("SET LOCAL search_path TO billing, public")
    op.execute("SET LOCAL work_mem = '64MB'")
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.execute("SET TRANSACTION READ WRITE")
