import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders (id)"))
    connection.execute(sa.text("ALTER TABLE items ADD FOREIGN KEY (id) REFERENCES billing.invoices (id)"))  # finds
