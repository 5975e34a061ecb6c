import sqlalchemy as sa
from alembic import op


def before():
    op.execute("DO $$ BEGIN EXECUTE 'CREATE TABLE by_hand (size varchar(20))'; END $$")


def upgrade():
    op.alter_column("by_hand", "size", type_=sa.Text, existing_type=sa.String(20))
