import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE VIEW everything AS SELECT * FROM accounts")


def upgrade():
    op.get_bind().execute(sa.text("ALTER TABLE accounts ALTER COLUMN name TYPE text"))  # finds
