from alembic import op


def upgrade():
    op.execute("ALTER DOMAIN money_amount RENAME TO sum_of_money")  # finds
