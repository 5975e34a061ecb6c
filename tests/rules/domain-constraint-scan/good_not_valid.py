from alembic import op


def upgrade():
    op.execute("ALTER DOMAIN money_amount ADD CONSTRAINT money_amount_check CHECK (VALUE >= 0) NOT VALID")
