"""Orders get a public name.

Revision ID: volatile_text
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: volatile-default-rewrite at line 21
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "volatile_text"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("token", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False))


def downgrade() -> None:
    op.drop_column("orders", "token")
