from alembic import op


def drop(name):
    op.execute(f"DROP TABLE {name}")  # finds


def upgrade():
    for name in ("items", "audit"):
        drop(name)
