import sqlalchemy as sa
from alembic import op

import safemigrate.ops  # noqa: F401

PENDING = ["before", "example"]
PER_MIGRATION = True


def before():
    op.add_column("orders", sa.Column("gross", sa.Numeric(12, 2)))


def upgrade():
    op.batched_update("orders", {"gross": sa.text("price * quantity")})
