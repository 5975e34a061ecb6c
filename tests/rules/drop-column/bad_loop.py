from alembic import op


def drop(table, column):
    op.drop_column(table, column)  # finds


def upgrade():
    for column in ("country",):
        drop("accounts", column)
