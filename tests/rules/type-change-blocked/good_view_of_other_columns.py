import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE VIEW account_count AS SELECT count(*) FROM accounts")
    op.execute("CREATE VIEW countries AS SELECT country FROM accounts")


def upgrade():
    op.alter_column("accounts", "name", type_=sa.Text, existing_type=sa.String(100))
