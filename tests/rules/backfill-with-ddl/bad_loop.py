import sqlalchemy as sa
from alembic import op


def fill(table, column):
    op.execute(f"UPDATE {table} SET {column} = 'none' WHERE {column} IS NULL")  # finds


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text))
    for column in ("hint",):
        fill("orders", column)
