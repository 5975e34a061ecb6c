from alembic import op


def upgrade():
    op.execute(  # finds
        "ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders NOT VALID,"
        " ADD CONSTRAINT items_account_fk FOREIGN KEY (id) REFERENCES accounts NOT VALID"
    )
