from alembic import op


def upgrade():
    op.execute("ALTER TABLE items ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY")
