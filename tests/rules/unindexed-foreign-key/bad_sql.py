from alembic import op


def upgrade():
    op.execute("ALTER TABLE items ADD CONSTRAINT order_fk FOREIGN KEY (order_id) REFERENCES orders NOT VALID")  # finds
