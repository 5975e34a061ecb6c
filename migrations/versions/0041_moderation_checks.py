"""The first branch, continued: NOT VALID, then VALIDATE, as raw SQL.

Revision ID: 0041_moderation_checks
Revises: 0040_moderation
Create Date: 2026-01-15 11:00:00
"""

from alembic import op

revision = "0041_moderation_checks"
down_revision = "0040_moderation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE verdicts ADD CONSTRAINT ck_verdicts_verdict CHECK (verdict IN ('fine', 'held')) NOT VALID")
    op.execute("ALTER TABLE verdicts VALIDATE CONSTRAINT ck_verdicts_verdict")


def downgrade() -> None:
    op.execute("ALTER TABLE verdicts DROP CONSTRAINT ck_verdicts_verdict")
