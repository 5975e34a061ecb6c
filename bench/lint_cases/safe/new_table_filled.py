"""Countries are known.

Revision ID: new_table_filled
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: its rows are new too

import sqlalchemy as sa
from alembic import op

revision = "new_table_filled"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    countries = op.create_table(
        "countries", sa.Column("code", sa.String(2), primary_key=True), sa.Column("title", sa.Text(), nullable=False)
    )
    op.bulk_insert(countries, [{"code": "fi", "title": "Finland"}, {"code": "pt", "title": "Portugal"}])
    op.execute("UPDATE countries SET title = upper(title)")


def downgrade() -> None:
    op.drop_table("countries")
