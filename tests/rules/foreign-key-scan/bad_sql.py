from alembic import op


def upgrade():
    op.execute("ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders ON UPDATE CASCADE")  # finds
