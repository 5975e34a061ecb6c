import sqlalchemy as sa
from alembic import op


def positive(table, column):
    op.create_check_constraint(f"{table}_{column}_check", table, sa.text(f"{column} > 0"))  # finds


def upgrade():
    for column in ("price",):
        positive("orders", column)
