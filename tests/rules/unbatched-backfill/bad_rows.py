import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, note FROM orders")):
        connection.execute(  # finds
            sa.text("UPDATE orders SET note = :note WHERE id = :id"), {"note": row.note, "id": row.id}
        )
