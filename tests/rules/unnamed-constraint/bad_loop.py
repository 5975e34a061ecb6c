from alembic import op


def upgrade():
    for column in ("total", "price"):
        op.execute(f"ALTER TABLE orders ADD CHECK ({column} >= 0) NOT VALID")  # finds
