"""Carriers are known.

Revision ID: new_table_renamed
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: nobody uses a table that is new

from alembic import op

revision = "new_table_renamed"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE carrier (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)")
    op.rename_table("carrier", "carriers")
    op.alter_column("carriers", "name", new_column_name="title")
    op.execute("CREATE INDEX ix_carriers_title ON carriers (title)")


def downgrade() -> None:
    op.drop_table("carriers")
