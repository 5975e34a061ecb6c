from alembic import op


def attach(year):
    bound = f"FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
    op.execute(f"ALTER TABLE events ATTACH PARTITION events_{year} FOR VALUES {bound}")  # finds


def upgrade():
    for year in (2026,):
        attach(year)
