import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE TABLE copies AS SELECT id FROM orders")
    key = "ALTER TABLE copies ADD CONSTRAINT copies_order_fk FOREIGN KEY (id) REFERENCES orders"
    op.execute(f"DO $$ BEGIN EXECUTE '{key}'; END $$")


def upgrade():
    op.add_column("orders", sa.Column("payer", sa.Text))
    op.drop_constraint("copies_order_fk", "copies")  # finds
