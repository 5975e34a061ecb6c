from alembic import op


def rename(name):
    op.rename_table(name, f"old_{name}")  # finds


def upgrade():
    for name in ("items", "audit"):
        rename(name)
