import sqlalchemy as sa
from alembic import op


def before():
    op.execute("DO $$ BEGIN EXECUTE 'CREATE TABLE by_hand (size integer, weight text)'; END $$")


def upgrade():
    op.alter_column("by_hand", "size", type_=sa.BigInteger, existing_type=sa.Integer)  # finds
    op.alter_column("by_hand", "weight", type_=sa.Float, postgresql_using="weight::double precision")  # finds
