"""ADD COLUMN: nullable, with a constant default, with an inline check and foreign key.

Revision ID: 0013_add_columns
Revises: 0012_primary_key
Create Date: 2026-01-08 11:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_add_columns"
down_revision = "0012_primary_key"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("note", sa.Text()))
    op.add_column("requests", sa.Column("priority", sa.SmallInteger(), server_default="5", nullable=False))
    op.add_column(
        "requests",
        sa.Column(
            "parent_id", sa.BigInteger(), sa.ForeignKey("requests.id", name=op.f("fk_requests_parent_id_requests"))
        ),
    )
    op.execute(
        "ALTER TABLE jobs ADD COLUMN host text, ADD COLUMN load real DEFAULT 0 CONSTRAINT ck_load CHECK (load >= 0)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE jobs DROP COLUMN load, DROP COLUMN host")
    op.drop_column("requests", "parent_id")
    op.drop_column("requests", "priority")
    op.drop_column("requests", "note")
