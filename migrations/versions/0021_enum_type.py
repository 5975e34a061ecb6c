"""An enum type created through the bind with checkfirst, then used by a table and by a new column.

Revision ID: 0021_enum_type
Revises: 0020_rename_others
Create Date: 2026-01-10 11:00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021_enum_type"
down_revision = "0020_rename_others"
branch_labels = None
depends_on = None


event = postgresql.ENUM("finished", "failed", name="webhook_event", create_type=False)
region = postgresql.ENUM("eu", "us", name="region", create_type=False)


def upgrade() -> None:
    event.create(op.get_bind(), checkfirst=True)
    op.create_table(
        "webhooks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("event", event, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
    )
    region.create(op.get_bind(), checkfirst=True)
    op.add_column("accounts", sa.Column("region", region, server_default="eu", nullable=False))
    op.execute(
        "INSERT INTO webhooks (account_id, event, url)"
        " SELECT id, 'finished', 'https://' || handle || '.example/hook' FROM accounts ORDER BY id"
    )


def downgrade() -> None:
    op.drop_column("accounts", "region")
    region.drop(op.get_bind(), checkfirst=True)
    op.drop_table("webhooks")
    event.drop(op.get_bind(), checkfirst=True)
