import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE DOMAIN positive_amount AS numeric(12, 2) CHECK (VALUE > 0)")


def upgrade():
    connection = op.get_bind()
    for name in ("deposit",):
        connection.execute(sa.text(f"ALTER TABLE billing.invoices ADD COLUMN {name} public.positive_amount"))  # finds
