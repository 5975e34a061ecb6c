from alembic import op


def retire(*years):
    for year in years:
        op.execute(f"ALTER TABLE events DETACH PARTITION events_{year}")  # finds


def upgrade():
    retire(2024, 2025)
