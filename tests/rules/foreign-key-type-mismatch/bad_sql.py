from alembic import op


def upgrade():
    op.execute("ALTER TABLE items ADD CONSTRAINT f FOREIGN KEY (quantity) REFERENCES orders (id) NOT VALID")  # finds
