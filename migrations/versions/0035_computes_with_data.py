"""Reads rows, computes in Python, and writes through the bind.

Revision ID: 0035_computes_with_data
Revises: 0034_reads_then_decides
Create Date: 2026-01-13 15:00:00
"""

from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "0035_computes_with_data"
down_revision = "0034_reads_then_decides"
branch_labels = None
depends_on = None


requests = sa.table(
    "requests",
    sa.column("id", sa.BigInteger),
    sa.column("pixels", sa.BigInteger),
    sa.column("price_cents", sa.Integer),
)


def price(pixels: int) -> int:
    """Two cents, and one for every started quarter of a megapixel."""
    return 2 + int(-(-Decimal(pixels) // (512 * 512)))


def upgrade() -> None:
    op.add_column("requests", sa.Column("price_cents", sa.Integer()))
    bind = op.get_bind()
    for pixels in bind.scalars(sa.select(requests.c.pixels).distinct().order_by(requests.c.pixels)).all():
        bind.execute(sa.update(requests).where(requests.c.pixels == pixels).values(price_cents=price(pixels)))


def downgrade() -> None:
    op.drop_column("requests", "price_cents")
