from typing import TYPE_CHECKING

from alembic import op

if TYPE_CHECKING:
    from shop import Order


def upgrade():
    order: Order | None = None
    op.execute(f"INSERT INTO audit (what) VALUES ('{order}')")
