from alembic import op


def upgrade():
    op.execute("ALTER TABLE items SET SCHEMA billing")  # finds
