from alembic import op


def upgrade():
    op.execute("SET LOCAL work_mem = '64MB'; UPDATE orders SET note = lower(note);")  # finds
