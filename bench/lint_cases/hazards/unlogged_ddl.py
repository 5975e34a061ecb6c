"""Imports need no log.

Revision ID: unlogged_ddl
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: table-rewrite-command at line 21
# written as: SQL string

import sqlalchemy as sa
from alembic import op

revision = "unlogged_ddl"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.DDL("ALTER TABLE imports SET UNLOGGED"))  # type: ignore[no-untyped-call]


def downgrade() -> None:
    op.execute("ALTER TABLE imports SET LOGGED")
