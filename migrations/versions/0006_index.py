"""CREATE INDEX, plain and partial.

Revision ID: 0006_index
Revises: 0005_first_rows
Create Date: 2026-01-06 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_index"
down_revision = "0005_first_rows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_requests_account_id", "requests", ["account_id"])
    op.create_index("ix_requests_open", "requests", ["created_at"], postgresql_where=sa.text("state = 'waiting'"))


def downgrade() -> None:
    op.drop_index("ix_requests_open", "requests")
    op.drop_index("ix_requests_account_id", "requests")
