import sqlalchemy as sa
from alembic import op

import safemigrate.ops  # noqa: F401

SETTINGS = {"runner": "safemigrate"}
ALLOWS = ["mixed-schema-and-data"]


def upgrade():
    op.add_column("orders", sa.Column("gross", sa.Numeric(12, 2)))
    op.batched_update("orders", {"gross": sa.text("price * quantity")})
