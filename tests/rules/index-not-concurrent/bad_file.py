from pathlib import Path

from alembic import op


def upgrade():
    op.execute(Path(__file__).with_name("orders_by_note.sql").read_text())  # finds
