from alembic import op

NO_TIMEOUT = True


def drop(table, column):
    op.drop_column(table, column)  # finds


def upgrade():
    for column in ("payload",):
        drop("orders", column)
