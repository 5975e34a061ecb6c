from alembic import op


def upgrade():
    op.execute(  # finds
        """
        ALTER TABLE items ADD CONSTRAINT items_order_fk FOREIGN KEY (order_id) REFERENCES orders NOT VALID;
        ALTER TABLE items VALIDATE CONSTRAINT items_order_fk;
        """
    )
