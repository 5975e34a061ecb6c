import sqlalchemy as sa
from alembic import op

ALLOWS = ["drop-view"]


def before():
    op.execute("CREATE VIEW order_codes AS SELECT id, name FROM accounts")


def upgrade():
    op.execute("DROP VIEW order_codes")
    op.alter_column("accounts", "name", type_=sa.Text, existing_type=sa.String(100))
    op.execute("CREATE VIEW order_codes AS SELECT id, name FROM accounts")
