import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.exec_driver_sql("ALTER TABLE items ADD CONSTRAINT sold CHECK (quantity > 0) NOT VALID")
    connection.execute(sa.text("ALTER TABLE public.items VALIDATE CONSTRAINT sold"))  # finds
