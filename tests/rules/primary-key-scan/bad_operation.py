from alembic import op


def upgrade():
    op.create_primary_key("items_pkey", "items", ["id"])  # finds
