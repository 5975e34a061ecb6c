import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(  # finds
        "nodes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("nodes.id", name="nodes_parent_fk")),
    )
