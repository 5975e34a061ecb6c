from alembic import op


def upgrade():
    op.execute(  # finds
        "ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (price * quantity) STORED NOT NULL"
    )
