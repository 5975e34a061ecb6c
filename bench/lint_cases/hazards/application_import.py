"""The first warehouse.

Revision ID: application_import
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: app-import at line 12
# written as: other name

from alembic import op
from shop.models import Warehouse  # type: ignore[import-not-found]

revision = "application_import"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.bulk_insert(Warehouse.__table__, [{"name": "Harbour"}])


def downgrade() -> None:
    pass
