"""Names in mixed case, with spaces, and reserved words.

Revision ID: 0045_names
Revises: 0044_merge
Create Date: 2026-01-16 11:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0045_names"
down_revision = "0044_merge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "Style Presets",
        sa.Column("Id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("user", sa.BigInteger()),
        sa.Column('a "quoted" name', sa.Text()),
    )
    op.execute("""INSERT INTO "Style Presets" ("order", "user") SELECT n, n FROM generate_series(1, 8) AS n""")
    op.create_index("IX Style Presets", "Style Presets", ["order"])
    op.add_column("Style Presets", sa.Column("select", sa.Text(), server_default="100%", nullable=False))
    op.alter_column("Style Presets", 'a "quoted" name', existing_type=sa.Text(), new_column_name="Name")
    op.create_foreign_key("FK user", "Style Presets", "accounts", ["user"], ["id"])
    op.alter_column("Style Presets", "user", existing_type=sa.BigInteger(), nullable=False)


def downgrade() -> None:
    op.drop_table("Style Presets")
