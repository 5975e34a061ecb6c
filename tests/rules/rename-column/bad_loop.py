from alembic import op


def rename(table, old, new):
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")  # finds


def upgrade():
    for old, new in {"email": "mail", "name": "title"}.items():
        rename("accounts", old, new)
