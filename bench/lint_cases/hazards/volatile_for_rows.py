"""Whatever is imported has a token.

Revision ID: volatile_for_rows
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: volatile-default-rewrite at line 23
# written as: connection

import sqlalchemy as sa
from alembic import op

revision = "volatile_for_rows"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = op.get_bind().execute(sa.text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'import%'"))
    for (table,) in tables:
        op.execute(f"ALTER TABLE {table} ADD COLUMN token uuid DEFAULT gen_random_uuid()")


def downgrade() -> None:
    pass
