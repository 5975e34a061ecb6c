from alembic import op


def upgrade():
    op.execute("alter domain public.money_amount set not null")  # finds
