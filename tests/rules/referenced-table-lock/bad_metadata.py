import sqlalchemy as sa
from alembic import op


def upgrade():
    metadata = sa.MetaData()
    sa.Table("orders", metadata, sa.Column("id", sa.BigInteger, primary_key=True))
    notes = sa.Table("notes", metadata, sa.Column("order_id", sa.BigInteger, sa.ForeignKey("orders.id")))
    notes.create(op.get_bind(), checkfirst=False)  # finds
