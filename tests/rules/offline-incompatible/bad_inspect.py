import sqlalchemy as sa
from alembic import op


def upgrade():
    if "hint" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("orders")}:  # finds
        op.add_column("orders", sa.Column("hint", sa.Text))
