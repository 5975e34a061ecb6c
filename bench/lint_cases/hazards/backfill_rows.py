"""Items have a slug.

Revision ID: backfill_rows
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: backfill-with-ddl at line 24
# written as: connection

import sqlalchemy as sa
from alembic import op

revision = "backfill_rows"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("items", sa.Column("slug", sa.Text()))
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, product FROM items")):
        connection.execute(
            sa.text("UPDATE items SET slug = :slug WHERE id = :id"),
            {"slug": row.product.lower().replace(" ", "-"), "id": row.id},
        )


def downgrade() -> None:
    op.drop_column("items", "slug")
