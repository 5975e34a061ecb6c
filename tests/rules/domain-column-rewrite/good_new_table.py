from alembic import op


def before():
    op.execute("CREATE DOMAIN positive_amount AS numeric(12, 2) CHECK (VALUE > 0)")


def upgrade():
    op.execute("CREATE TABLE deposits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)")
    op.execute("ALTER TABLE deposits ADD COLUMN amount positive_amount")
