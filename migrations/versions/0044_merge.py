"""Merges the branches; changes nothing.

Revision ID: 0044_merge
Revises: 0041_moderation_checks, 0043_billing_columns
Create Date: 2026-01-16 09:00:00
"""

revision = "0044_merge"
down_revision = ("0041_moderation_checks", "0043_billing_columns")
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Both branches are in."""


def downgrade() -> None:
    """Both branches are open again."""
