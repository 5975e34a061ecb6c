from alembic import op


def upgrade():
    op.execute("ALTER TABLE audit ADD COLUMN key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY")  # finds
