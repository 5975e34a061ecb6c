from alembic import op
from shop import STATES  # finds


def upgrade():
    for state in STATES:
        op.execute(f"INSERT INTO audit (what) VALUES ('{state}')")
