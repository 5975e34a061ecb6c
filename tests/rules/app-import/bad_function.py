from alembic import op


def default():
    from shop import DEFAULT  # finds

    return DEFAULT


def upgrade():
    op.execute(f"ALTER TABLE orders ALTER COLUMN note SET DEFAULT '{default()}'")
