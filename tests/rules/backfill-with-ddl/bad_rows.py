import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    op.add_column("items", sa.Column("slug", sa.Text))
    for row in connection.execute(sa.text("SELECT id, sku FROM items")):
        connection.execute(  # finds
            sa.text("UPDATE items SET slug = :slug WHERE id = :id"), {"slug": row.sku.lower(), "id": row.id}
        )
