"""DROP TABLE and DROP VIEW: the rows cannot be taken back.

Revision ID: 0050_drop_tables
Revises: 0049_drop_columns
Create Date: 2026-01-17 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0050_drop_tables"
down_revision = "0049_drop_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("thumbnails")
    op.drop_table("invitations")
    op.execute("DROP TABLE usage_2024")
    op.execute("DROP VIEW open_requests")


def downgrade() -> None:
    op.execute(
        "CREATE VIEW open_requests AS"
        " SELECT id, account_id, priority FROM requests WHERE state IN ('waiting', 'running')"
    )
    op.execute("CREATE TABLE usage_2024 (LIKE usage INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("code", sa.Text(), server_default="none; yet", nullable=False),
    )
    op.create_table(
        "thumbnails",
        sa.Column("image_id", sa.BigInteger(), sa.ForeignKey("images.id"), primary_key=True),
        sa.Column("path", sa.Text(), nullable=False),
    )
