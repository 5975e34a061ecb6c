from alembic import op


def before():
    op.execute("ALTER DOMAIN money_amount ADD CONSTRAINT money_amount_check CHECK (VALUE >= 0) NOT VALID")


def upgrade():
    op.execute("ALTER DOMAIN money_amount VALIDATE CONSTRAINT money_amount_check")  # finds
