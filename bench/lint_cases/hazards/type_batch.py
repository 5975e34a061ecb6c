"""Names are cut to forty characters.

Revision ID: type_batch
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: column-type-rewrite at line 22
# written as: batch

import sqlalchemy as sa
from alembic import op

revision = "type_batch"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column("name", existing_type=sa.String(60), type_=sa.String(40))


def downgrade() -> None:
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column("name", existing_type=sa.String(40), type_=sa.String(60))
