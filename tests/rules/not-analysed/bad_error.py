import os

from alembic import op


def upgrade():
    if not os.environ.get("SHOP_TENANT"):
        raise RuntimeError("which tenant?")  # finds
    op.execute("INSERT INTO audit (id) VALUES (1)")
